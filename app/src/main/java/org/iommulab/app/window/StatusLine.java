package org.iommulab.app.window;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import javafx.beans.value.ObservableBooleanValue;
import javafx.beans.value.ObservableValue;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import org.iommulab.app.playback.Loaded;
import org.iommulab.app.playback.Now;
import org.iommulab.app.playback.Playback;
import org.iommulab.app.words.RuleState;
import org.iommulab.graph.Moment.RuleView;
import org.iommulab.scenario.Timed;

/** The last row: is anything broken, what machine this is, how fast we are. */
final class StatusLine extends HBox {
    private static final int SHORT = 40;

    private final Label rules = new Label();
    private final Label board = new Label();
    private final Label figures = new Label();
    private final ObservableBooleanValue running;
    private final ObservableValue<Optional<Loaded>> loaded;
    private final PulseMeter meter = new PulseMeter();
    private String length = "";

    /**
     * @param running whether what is shown is older than what was asked for
     * @param loaded how far the reading of a long file is
     */
    StatusLine(
            Playback playback,
            ObservableValue<Optional<String>> problem,
            ObservableBooleanValue running,
            ObservableValue<Optional<Loaded>> loaded) {
        this.running = running;
        this.loaded = loaded;
        getStyleClass().add("status-line");
        setAlignment(Pos.CENTER_LEFT);
        rules.setId("status-rules");
        rules.setMinWidth(0);
        board.getStyleClass().add("muted");
        board.setMinWidth(0);
        figures.getStyleClass().add("muted");
        figures.setMinWidth(Region.USE_PREF_SIZE);
        var filler = new Region();
        HBox.setHgrow(filler, Priority.ALWAYS);
        getChildren().addAll(rules, board, filler, figures);
        playback.nowProperty().subscribe(now -> now.ifPresent(found -> show(found, problem.getValue())));
        // A rate from when frames were drawn says nothing once they are not.
        playback.playingProperty().subscribe(_ -> figures.setText(length));
        running.subscribe(_ -> playback.nowProperty().get().ifPresent(now -> show(now, problem.getValue())));
        problem.subscribe(text -> showOrSay(playback, text));
        loaded.subscribe(_ -> showOrSay(playback, problem.getValue()));
    }

    private void showOrSay(Playback playback, Optional<String> problem) {
        playback.nowProperty()
                .get()
                .ifPresentOrElse(
                        now -> show(now, problem),
                        () -> state(
                                problem.isPresent() ? "It cannot be shown" : busy(),
                                problem.isPresent() ? "danger" : "muted"));
    }

    private String busy() {
        return loaded.getValue().isPresent() ? "Reading the trace" : "Running the story";
    }

    /** How long the story is, or where on its own clock a trace is. */
    private static String length(Now now) {
        if (now.length() == 0) {
            return "";
        }
        String last = now.run() instanceof Timed timed
                ? String.format(
                        Locale.ROOT, "at %.6f of %.6f s", timed.secondsAt(now.step()), timed.secondsAt(now.length()))
                : String.format(Locale.ROOT, "%.1f ms to run", now.run().nanos() / 1e6);
        return String.format(Locale.ROOT, "%,d steps · ", now.length()) + last;
    }

    private void show(Now now, Optional<String> problem) {
        if (problem.isPresent()) {
            state(problem.get(), "danger");
        } else if (running.get()) {
            state(busy(), "running");
        } else {
            state(broken(now), tone(now));
        }
        board.setText(now.run().boardLine());
        length = length(now);
        write(System.nanoTime());
    }

    private void state(String text, String tone) {
        rules.setText(text);
        // What is broken is worth more room than the board's name; a problem may be long itself.
        rules.setMinWidth(text.length() > SHORT ? 0 : Region.USE_PREF_SIZE);
        var classes = List.of("label", tone);
        if (!rules.getStyleClass().equals(classes)) {
            rules.getStyleClass().setAll(classes);
        }
    }

    /** {@code 2 rules broken since step 147}; of suspicions only where nothing is broken. */
    static String broken(Now now) {
        if (now.moment().rules().isEmpty()) { // of a captured machine nobody knows
            return "No rule is watched";
        }
        List<RuleView> broken = now(now, RuleState.BROKEN);
        if (!broken.isEmpty()) {
            return since(broken.size() == 1 ? "1 rule broken" : broken.size() + " rules broken", broken);
        }
        List<RuleView> suspicious = now(now, RuleState.SUSPICIOUS);
        return suspicious.isEmpty()
                ? "No rule is broken"
                : since(
                        suspicious.size() == 1 ? "1 rule suspicious" : suspicious.size() + " rules suspicious",
                        suspicious);
    }

    private static String tone(Now now) {
        return !now(now, RuleState.BROKEN).isEmpty()
                ? "danger"
                : now(now, RuleState.SUSPICIOUS).isEmpty() ? "muted" : "suspicious";
    }

    private static List<RuleView> now(Now now, RuleState state) {
        return now.moment().rules().stream()
                .filter(rule -> RuleState.of(rule) == state)
                .toList();
    }

    private static String since(String count, List<RuleView> rules) {
        OptionalInt since =
                rules.stream().flatMapToInt(rule -> rule.brokenSince().stream()).min();
        return since.isPresent() ? count + " since step " + since.getAsInt() : count;
    }

    /** A frame was drawn. */
    void frame(long nanos) {
        meter.frame(nanos);
    }

    private void write(long nanos) {
        int perSecond = meter.perSecond(nanos);
        figures.setText((perSecond < 2 ? "" : perSecond + " fps · ") + length);
    }
}
