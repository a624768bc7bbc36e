package org.iommulab.explore;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.iommulab.backend.Backend;
import org.iommulab.board.Architecture;
import org.iommulab.board.Board;
import org.iommulab.board.Registry;
import org.iommulab.board.World;
import org.iommulab.core.DevIommu;
import org.iommulab.core.DomainType;
import org.iommulab.core.Group;
import org.iommulab.json.Spelling;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Level;
import org.iommulab.scenario.Act;
import org.iommulab.scenario.Action;
import org.iommulab.scenario.ByKernel;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.Scenario;
import org.iommulab.scenario.ScenarioFile;

/** What each driver is, and which default domains it gives: found out by booting every board on every level. */
public final class DriverSurvey {
    private static final String NO_DOMAIN = "none";
    private static final String SEVERAL = "/";

    private final List<Board> boards;

    /** @param boards those to boot */
    public DriverSurvey(List<Board> boards) {
        this.boards = List.copyOf(boards);
    }

    /**
     * A driver on an architecture.
     *
     * @param driver as {@code --remove} names it
     * @param file the kernel's file with its callbacks; empty when no board has such a unit
     * @param unit the kind of unit that it drives
     * @param formats its page-table formats, as golden cases name them; none for a driver without page tables
     * @param architecture as boards spell it; empty when no board has such a unit
     * @param defaultDomains by level: the type of its groups' default domain in sysfs' word, or {@code none}
     */
    public record Row(
            String driver,
            String file,
            String unit,
            List<String> formats,
            Optional<String> architecture,
            Map<String, String> defaultDomains) {
        public Row {
            formats = List.copyOf(formats);
            defaultDomains = Collections.unmodifiableMap(new LinkedHashMap<>(defaultDomains));
        }

        /** The default domains in a few words: {@code DMA}, or {@code none (BASE..6.4), identity (6.7..6.12)}. */
        public String defaultDomainsInWords() {
            var runs = new ArrayList<String>();
            List<String> levels = List.copyOf(defaultDomains.keySet());
            int from = 0;
            for (int i = 1; i <= levels.size(); i++) {
                String type = at(levels, from);
                if (i == levels.size() || !at(levels, i).equals(type)) {
                    String last = i - from == 1 ? "" : ".." + levels.get(i - 1);
                    runs.add(i - from == levels.size() ? type : type + " (" + levels.get(from) + last + ")");
                    from = i;
                }
            }
            return String.join(", ", runs);
        }

        private String at(List<String> levels, int level) {
            return defaultDomains.getOrDefault(levels.get(level), NO_DOMAIN);
        }
    }

    /** In the registry's order; of a driver a row for each architecture that a board of it has. */
    public List<Row> rows() {
        return Registry.backends().stream().flatMap(this::rowsOf).toList();
    }

    private Stream<Row> rowsOf(Backend backend) {
        var byArchitecture = new LinkedHashMap<Architecture, List<Board>>();
        for (Board board : boards) {
            if (board.units().stream().anyMatch(unit -> unit.type().equals(backend.unitType()))) {
                byArchitecture
                        .computeIfAbsent(board.architecture(), _ -> new ArrayList<>())
                        .add(board);
            }
        }
        return byArchitecture.isEmpty()
                ? Stream.of(new Row(
                        backend.driverName(),
                        "",
                        backend.unitType(),
                        backend.formatNames(),
                        Optional.empty(),
                        Map.of()))
                : byArchitecture.entrySet().stream().map(entry -> row(backend, entry.getKey(), entry.getValue()));
    }

    private static Row row(Backend backend, Architecture architecture, List<Board> its) {
        String file = "";
        var defaults = new LinkedHashMap<String, String>();
        for (Level level : levels(backend)) {
            Set<String> types = new LinkedHashSet<>();
            for (Board board : its) {
                World world = booted(board, level.build());
                types.addAll(typesOf(world, backend.driverName()));
                file = file.isEmpty() ? fileOf(world, backend.driverName()) : file;
            }
            defaults.put(level.key(), types.isEmpty() ? NO_DOMAIN : String.join(SEVERAL, types));
        }
        return new Row(
                backend.driverName(),
                file,
                backend.unitType(),
                backend.formatNames(),
                Optional.of(Spelling.constant(architecture)),
                defaults);
    }

    private static List<Level> levels(Backend backend) {
        return Stream.concat(Level.KNOWN.stream(), backend.furtherLevels().stream())
                .toList();
    }

    private static World booted(Board board, KernelBuild kernel) {
        var boot = new Act(new Action.Boot(List.of()), Optional.empty(), Optional.empty(), ByKernel.none());
        var story = new Scenario(
                "",
                "survey",
                "",
                "",
                board.name(),
                kernel.spec(),
                Optional.empty(),
                Map.of(),
                List.of(boot),
                ByKernel.none());
        return Player.playUnrecorded(new ScenarioFile(Path.of(board.name()), story, board), kernel);
    }

    private static Set<String> typesOf(World world, String driver) {
        Set<String> types = new LinkedHashSet<>();
        for (Group group : world.core().probing().groupList()) {
            boolean its = group.devices().toList().stream()
                    .flatMap(device -> DevIommu.find(device).stream())
                    .flatMap(data -> data.instance().get().stream())
                    .anyMatch(instance -> instance.ops().table().driver().equals(driver));
            if (its) {
                types.add(group.defaultDomain()
                        .get()
                        .map(domain -> domain.type())
                        .map(DriverSurvey::word)
                        .orElse(NO_DOMAIN));
            }
        }
        return types;
    }

    // sysfs has no word for it
    private static String word(DomainType type) {
        return type == DomainType.PLATFORM ? "platform" : type.sysfs();
    }

    /** Where the driver's attach_dev stands. */
    private static String fileOf(World world, String driver) {
        return world.backends().stream()
                .map(installed -> installed.sourceTable())
                .filter(table -> table.driver().equals(driver))
                .flatMap(table -> Stream.ofNullable(table.entries().get(Callback.ATTACH_DEV)))
                .map(entry -> entry.function().source())
                .findFirst()
                .orElse("");
    }
}
