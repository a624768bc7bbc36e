package org.iommulab.app.playback;

/**
 * A story that can be opened.
 *
 * @param key how its source finds it again: a built-in scenario's name or a file's path
 * @param title what the chooser shows
 */
public record Story(String key, String title) {}
