/// Sample data and fixtures for the tests of all packages here.
@NullMarked
package dev.millrace.schemas;

import org.jspecify.annotations.NullMarked;
