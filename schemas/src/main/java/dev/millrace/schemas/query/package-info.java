/// How the questions to views and search, and their answers, travel between processes of a site.
@NullMarked
package dev.millrace.schemas.query;

import org.jspecify.annotations.NullMarked;
