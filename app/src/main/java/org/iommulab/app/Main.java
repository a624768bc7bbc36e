package org.iommulab.app;

/** Where the program starts. Not a JavaFX application class: on the class path the toolkit refuses to start from one. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        String version = Main.class.getPackage().getImplementationVersion();
        System.out.println("iommulab " + (version == null ? "development" : version));
    }
}
