//! A page, set as Markdown, HTML, PDF and slides.
