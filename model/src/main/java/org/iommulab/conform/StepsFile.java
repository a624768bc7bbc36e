package org.iommulab.conform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code steps.json}: an experiment's results in the captures' form, read and written. */
final class StepsFile {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private StepsFile() {}

    /**
     * An experiment.
     *
     * @param boot trace events before the first step
     */
    record Steps(List<TraceEvent> boot, List<StepResult> steps) {
        Steps {
            boot = List.copyOf(boot);
            steps = List.copyOf(steps);
        }
    }

    static Steps read(Path file) throws IOException {
        try {
            JsonNode root = JSON.readTree(TextFile.of(file));
            var steps = new ArrayList<StepResult>();
            for (JsonNode step : root.path("steps")) {
                steps.add(new StepResult(
                        step.path("step").asInt(),
                        step.path("section").asString(""),
                        step.path("cmd").asString(""),
                        step.path("rc").asInt() != 0,
                        Optional.ofNullable(step.path("errno").asString(null)),
                        texts(step.path("output")),
                        events(step.path("events"))));
            }
            return new Steps(events(root.path("boot_events")), steps);
        } catch (NumberFormatException e) {
            throw new BadCapture(file, "expected a hexadecimal address: " + e.getMessage());
        } catch (JacksonException e) {
            throw new BadCapture(
                    file, e.getLocation() == null ? 0 : e.getLocation().getLineNr(), e.getOriginalMessage());
        }
    }

    private static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        array.forEach(text -> texts.add(text.asString("")));
        return texts;
    }

    // What another task than the experiment did is host drivers' own work: it cannot be compared.
    private static List<TraceEvent> events(JsonNode array) {
        var events = new ArrayList<TraceEvent>();
        for (JsonNode event : array) {
            event(event).ifPresent(events::add);
        }
        return events;
    }

    private static Optional<TraceEvent> event(JsonNode event) {
        String device = event.path("device").asString("");
        return Optional.ofNullable(
                switch (event.path("event").asString("")) {
                    case "add_device_to_group" ->
                        new TraceEvent.Membership(true, event.path("group").asInt(), device);
                    case "remove_device_from_group" ->
                        new TraceEvent.Membership(false, event.path("group").asInt(), device);
                    case "attach_device_to_domain" -> new TraceEvent.Attachment(true, device);
                    case "detach_device_from_domain" -> new TraceEvent.Attachment(false, device);
                    case "map" ->
                        new TraceEvent.Map(
                                hex(event, "iova"),
                                hex(event, "paddr"),
                                event.path("size").asLong());
                    case "unmap" ->
                        new TraceEvent.Unmap(
                                hex(event, "iova"),
                                event.path("size").asLong(),
                                event.path("unmapped_size").asLong());
                    default -> null;
                });
    }

    private static long hex(JsonNode event, String field) {
        String text = event.path(field).asString("0x0");
        return Long.parseUnsignedLong(text.startsWith("0x") ? text.substring(2) : text, 16);
    }

    static void write(Steps steps, Path file) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        write(root.putArray("boot_events"), steps.boot());
        root.putArray("between_steps");
        ArrayNode list = root.putArray("steps");
        for (StepResult step : steps.steps()) {
            ObjectNode node = list.addObject()
                    .put("step", step.number())
                    .put("section", step.section())
                    .put("cmd", step.command())
                    .put("rc", step.failed() ? -1 : 0)
                    .put("errno", step.errno().orElse(null));
            ArrayNode output = node.putArray("output");
            step.output().forEach(output::add);
            write(node.putArray("events"), step.events());
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n");
    }

    private static void write(ArrayNode array, List<TraceEvent> events) {
        for (TraceEvent event : events) {
            ObjectNode node = array.addObject();
            switch (event) {
                case TraceEvent.Membership m ->
                    node.put("event", m.added() ? "add_device_to_group" : "remove_device_from_group")
                            .put("group", m.group())
                            .put("device", m.device());
                case TraceEvent.Attachment a ->
                    node.put("event", a.attached() ? "attach_device_to_domain" : "detach_device_from_domain")
                            .put("device", a.device());
                case TraceEvent.Map m ->
                    node.put("event", "map")
                            .put("iova", address(m.iova()))
                            .put("paddr", address(m.physical()))
                            .put("size", m.size());
                case TraceEvent.Unmap u ->
                    node.put("event", "unmap")
                            .put("iova", address(u.iova()))
                            .put("size", u.size())
                            .put("unmapped_size", u.unmapped());
            }
        }
    }

    private static String address(long address) {
        return "0x%016x".formatted(address);
    }
}
