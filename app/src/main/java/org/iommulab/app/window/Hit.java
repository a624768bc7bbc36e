package org.iommulab.app.window;

/**
 * Something that the palette found.
 *
 * @param kind {@code step}, {@code device}, {@code command}
 * @param title what it is
 * @param detail where it is, or its shortcut
 * @param choose takes the user there
 */
record Hit(String kind, String title, String detail, Runnable choose) {}
