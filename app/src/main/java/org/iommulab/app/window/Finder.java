package org.iommulab.app.window;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.iommulab.app.playback.LivePlayback;
import org.iommulab.app.playback.Now;
import org.iommulab.app.playback.Story;
import org.iommulab.app.words.LogWords;
import org.iommulab.graph.Moment;
import org.iommulab.scenario.Run;
import org.iommulab.sim.Event;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Recording;

/** Searches actions, the steps of the run and the things of the machine. */
final class Finder {
    static final int MOST = 12;
    /** Longer recordings are searched to here only: the palette must answer at once. */
    private static final int SCANNED = 200_000;

    private static final int LATER = 150;

    private final Actions actions;
    private final LivePlayback playback;
    private final List<Story> stories;
    private Optional<Run> indexed = Optional.empty();
    /** Each word of the run with the steps where it happens. */
    private final Map<String, List<Integer>> words = new LinkedHashMap<>();

    /** @param stories found by their titles and by their driver's name */
    Finder(Actions actions, LivePlayback playback, List<Story> stories) {
        this.stories = stories;
        this.actions = actions;
        this.playback = playback;
    }

    private record Scored(int score, Hit hit) {}

    List<Hit> find(String query) {
        String wanted = query.strip();
        if (wanted.isEmpty()) {
            return actions.all().stream()
                    .filter(action -> !action.isOff())
                    .map(this::hit)
                    .limit(MOST)
                    .toList();
        }
        var found = new ArrayList<Scored>();
        Optional<Now> now = playback.nowProperty().get();
        now.ifPresent(here -> {
            step(wanted, here).ifPresent(hit -> found.add(new Scored(10_000, hit)));
            things(here.moment()).forEach(thing -> add(found, wanted, 40, thing));
            steps(wanted, here, found);
        });
        actions.all().stream().filter(action -> !action.isOff()).forEach(action -> add(found, wanted, 20, hit(action)));
        stories(wanted, found);
        found.sort(Comparator.comparingInt(Scored::score).reversed());
        return found.stream().limit(MOST).map(Scored::hit).toList();
    }

    /** Only what is written like that: there are hundreds. After what is found in the story that is open. */
    private void stories(String wanted, List<Scored> found) {
        String low = wanted.toLowerCase(Locale.ROOT);
        for (Story story : stories) {
            String text = story.title() + " " + story.shelf();
            if (text.toLowerCase(Locale.ROOT).contains(low)) {
                var hit = new Hit("story", story.title(), story.shelf(), () -> playback.begin(story));
                Fuzzy.score(wanted, text).ifPresent(score -> found.add(new Scored(score - LATER, hit)));
            }
        }
    }

    private static void add(List<Scored> found, String wanted, int bonus, Hit hit) {
        OptionalInt score = Fuzzy.score(wanted, hit.title());
        if (score.isPresent()) {
            found.add(new Scored(score.getAsInt() + bonus, hit));
        }
    }

    private Hit hit(Action action) {
        return new Hit("command", action.title(), action.keysText(), action::perform);
    }

    private Optional<Hit> step(String wanted, Now now) {
        if (!wanted.matches("\\d{1,9}") || Integer.parseInt(wanted) > now.length()) {
            return Optional.empty();
        }
        int step = Integer.parseInt(wanted);
        return Optional.of(new Hit("step", "Go to step " + step, "", () -> playback.go(step)));
    }

    private Stream<Hit> things(Moment moment) {
        return Stream.of(
                        moment.units().stream().map(unit -> thing("unit", unit.name(), unit.model(), unit.id())),
                        Stream.concat(
                                        moment.groups().stream().flatMap(group -> group.devices().stream()),
                                        moment.loose().stream())
                                .map(device -> thing("device", device.name(), device.title(), device.id())),
                        moment.groups().stream()
                                .map(group -> thing("group", "group " + group.number(), "", group.id())),
                        moment.domains().stream().map(domain -> thing("domain", domain.label(), "", domain.id())))
                .flatMap(hits -> hits);
    }

    private Hit thing(String kind, String title, String detail, int id) {
        return new Hit(kind, title, detail, () -> playback.selectedProperty().set(id));
    }

    /** For each word that fits: its next time after here, else its first. */
    private void steps(String wanted, Now now, List<Scored> found) {
        index(now.run());
        words.forEach((word, steps) -> {
            OptionalInt score = Fuzzy.score(wanted, word);
            if (score.isPresent()) {
                int step =
                        steps.stream().filter(at -> at > now.step()).findFirst().orElse(steps.getFirst());
                String count = steps.size() == 1 ? "step " + step : "step " + step + ", one of " + steps.size();
                found.add(new Scored(score.getAsInt(), new Hit("step", word, count, () -> playback.go(step))));
            }
        });
    }

    private void index(Run run) {
        if (indexed.equals(Optional.of(run))) {
            return;
        }
        indexed = Optional.of(run);
        words.clear();
        Recording recording = run.recording();
        for (int step = 1; step <= Math.min(recording.length(), SCANNED); step++) {
            if (recording.kind(step) != EventKind.LEAVE) {
                Event event = recording.event(step);
                String word = event instanceof Event.Log log
                        ? LogWords.of(recording, log)
                        : event.term().name();
                words.computeIfAbsent(word, _ -> new ArrayList<>()).add(step);
            }
        }
    }
}
