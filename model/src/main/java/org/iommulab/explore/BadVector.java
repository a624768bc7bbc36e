package org.iommulab.explore;

/** A file is not a golden case, or asks for something that its format does not have. */
final class BadVector extends RuntimeException {
    BadVector(String message) {
        super(message);
    }

    BadVector(String message, Throwable cause) {
        super(message, cause);
    }
}
