select
    collection,
    key,
    body,
    version
from registry
