package org.iommulab.app.cli;

/** An argument that cannot be what was meant; the message is for the user. */
final class BadUsage extends RuntimeException {
    private static final long serialVersionUID = 1;

    BadUsage(String message) {
        super(message);
    }
}
