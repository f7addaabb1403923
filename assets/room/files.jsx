// Files from the host: a list to take from.
import React from "react";

export function Files({ files, language, t }) {
  return (
    <section className="questions" aria-label={t("files.title")} data-testid="files">
      <ul className="questions-list" aria-label={t("files.list")}>
        {files.map((file) => (
          <li key={file.id}>
            <a className="file" href={file.url} download={file.title}>
              <span>{file.title}</span>
              <span className="faint">{new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(Math.max(0.1, file.size / 1048576))} {t("files.mb")}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
