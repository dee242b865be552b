package dev.millrace.domain.search;

import java.util.Arrays;

/// An immutable vector of finite 32-bit floats, equal by content.
public final class Vector {

    private final float[] components;

    private Vector(float[] components) {
        this.components = components;
    }

    /// A copy of `components`.
    ///
    /// @throws IllegalArgumentException if there are none, or one is infinite or not a number
    public static Vector of(float... components) {
        if (components.length == 0) {
            throw new IllegalArgumentException("vector: 0 components (expected: >= 1)");
        }
        for (float component : components) {
            if (!Float.isFinite(component)) {
                throw new IllegalArgumentException(
                        "vector: component " + component + " (expected: finite)");
            }
        }
        return new Vector(components.clone());
    }

    public int dimensions() {
        return components.length;
    }

    public float component(int index) {
        return components[index];
    }

    /// A copy of the components.
    public float[] toArray() {
        return components.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Vector that && Arrays.equals(components, that.components);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(components);
    }

    @Override
    public String toString() {
        return components.length + " dimensions";
    }
}
