package org.iommulab.app.words;

import org.iommulab.sim.Event;
import org.iommulab.sim.Recording;
import org.iommulab.words.EventText;

/** What a log line says, with its numbers and names, without its level. */
public final class LogWords {
    private LogWords() {}

    public static String of(Recording recording, Event.Log log) {
        return new EventText(recording).text(log).replaceFirst("^log: ", "");
    }
}
