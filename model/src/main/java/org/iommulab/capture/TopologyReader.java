package org.iommulab.capture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;

/** Reads {@code topology.json}. */
public final class TopologyReader {
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES) // a collector may write more than we look at
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-f]{1,16}");

    private TopologyReader() {}

    /** The file cannot be used; the message says where and why. */
    public static final class BadTopology extends IOException {
        private static final long serialVersionUID = 1;

        public BadTopology(String message) {
            super(message);
        }
    }

    /**
     * @throws BadTopology when it is no topology, with file, line and column where they are known
     * @throws IOException when it cannot be read
     */
    public static CapturedTopology read(Path path) throws IOException {
        CapturedTopology topology;
        try {
            topology = JSON.readValue(Files.readAllBytes(path), CapturedTopology.class);
        } catch (JacksonException e) {
            var at = e.getLocation();
            String place = at == null || at.getLineNr() < 1 ? "" : ":" + at.getLineNr() + ":" + at.getColumnNr();
            String what = e instanceof MismatchedInputException && !(e.getCause() instanceof NullPointerException)
                    ? "what stands here has another form than in a topology: an object with iommu_instances, groups and"
                            + " devices" + place(e)
                    : e instanceof DatabindException && e.getCause() instanceof NullPointerException
                            ? "a list is missing; a topology has iommu_instances, groups and devices"
                            : e.getOriginalMessage();
            throw new BadTopology(path.getFileName() + place + ": " + what);
        }
        if (topology == null) {
            throw new BadTopology(path.getFileName() + ": is empty");
        }
        check(topology, path);
        return topology;
    }

    /** Where in the topology, as a JSON pointer. */
    private static String place(JacksonException e) {
        String pointer = e.getPath().stream()
                .map(step -> "/" + (step.getPropertyName() == null ? step.getIndex() : step.getPropertyName()))
                .collect(Collectors.joining());
        return pointer.isEmpty() ? "" : "; see " + pointer;
    }

    private static void check(CapturedTopology topology, Path path) throws BadTopology {
        Set<String> names = new HashSet<>();
        for (CapturedTopology.Device device : topology.devices()) {
            if (!names.add(device.name())) {
                throw new BadTopology(path.getFileName() + ": device " + device.name() + " is there twice");
            }
        }
        Set<Integer> numbers = new HashSet<>();
        for (CapturedTopology.Group group : topology.groups()) {
            if (!numbers.add(group.id())) {
                throw new BadTopology(path.getFileName() + ": group " + group.id() + " is there twice");
            }
            for (CapturedTopology.Region region : group.regions()) {
                if (!ADDRESS.matcher(region.start()).matches()
                        || !ADDRESS.matcher(region.end()).matches()) {
                    throw new BadTopology(path.getFileName() + ": group " + group.id() + ": reserved region '"
                            + region.start() + " " + region.end() + "', expected two addresses as 0xfee00000");
                }
            }
        }
    }
}
