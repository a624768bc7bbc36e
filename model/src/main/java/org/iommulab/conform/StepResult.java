package org.iommulab.conform;

import java.util.List;
import java.util.Optional;

/**
 * What became of a command, whether a real kernel did it or the lab.
 *
 * @param command its text, with the variables' values
 * @param failed whether it returned -1
 * @param errno its name, {@code EBUSY}; empty for success
 * @param output the lines that it printed
 * @param events the IOMMU core's trace events during it
 */
public record StepResult(
        int number,
        String section,
        String command,
        boolean failed,
        Optional<String> errno,
        List<String> output,
        List<TraceEvent> events) {
    public StepResult {
        output = List.copyOf(output);
        events = List.copyOf(events);
    }

    String verb() {
        int blank = command.indexOf(' ');
        return blank < 0 ? command : command.substring(0, blank);
    }
}
