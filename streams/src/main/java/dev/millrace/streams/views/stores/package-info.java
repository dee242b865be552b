/// The stores of the views, wherever they are: in this process, or in another instance of it.
@NullMarked
package dev.millrace.streams.views.stores;

import org.jspecify.annotations.NullMarked;
