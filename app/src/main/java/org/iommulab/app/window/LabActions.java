package org.iommulab.app.window;

import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.value.ObservableBooleanValue;
import org.iommulab.app.playback.LivePlayback;
import org.iommulab.app.playback.Now;
import org.iommulab.app.words.KernelNames;
import org.iommulab.kernel.Level;

/** Fills the table of actions. */
final class LabActions {
    private LabActions() {}

    /** What only the window itself can do. */
    interface Desk {
        void openFile();

        void find();

        void help();

        void text();

        void decode();

        void whatBreaks();

        void compareWith();

        void bisect();

        void patches();

        void lanes();

        void nextDifference();

        void previousDifference();

        void firstDivergence();

        /** While this is so, nothing is compared. */
        ObservableBooleanValue nothingCompared();

        void fit();

        void zoom(double factor);

        void detail(Detail detail);

        void close();
    }

    static Actions of(LivePlayback playback, Look look, Desk desk) {
        var actions = new Actions();
        var now = playback.nowProperty();
        BooleanBinding noStory = Bindings.createBooleanBinding(() -> now.get().isEmpty(), now);
        BooleanBinding nothingHappens = Bindings.createBooleanBinding(
                () -> now.get().filter(found -> found.length() > 0).isEmpty(), now);
        BooleanBinding atStart = Bindings.createBooleanBinding(
                () -> now.get().filter(found -> found.step() > 0).isEmpty(), now);
        BooleanBinding atEnd = Bindings.createBooleanBinding(
                () -> now.get().filter(found -> found.step() < found.length()).isEmpty(), now);

        String move = "Move through the story";
        actions.add(move, "play", "Play or pause", "Space", nothingHappens, () -> {
            if (playback.playingProperty().get()) {
                playback.pause();
            } else {
                playback.play();
            }
        });
        actions.add(move, "into", "Step forward, into calls", "Right", atEnd, playback::into);
        actions.add(move, "over", "Step over the call", "Shift+Right", atEnd, playback::over);
        actions.add(move, "out", "Step out of the call", "Up", atEnd, playback::out);
        actions.add(move, "back", "Step back, into calls", "Left", atStart, playback::back);
        actions.add(move, "back-over", "Step back over the call", "Shift+Left", atStart, playback::backOver);
        actions.add(move, "back-out", "Step back out of the call", "Shift+Up", atStart, playback::backOut);
        actions.add(move, "first", "Go to the start", "Home", atStart, playback::first);
        actions.add(move, "last", "Go to the end", "End", atEnd, playback::last);
        actions.add(move, "faster", "Play faster", "Period", () -> speed(playback, 2));
        actions.add(move, "slower", "Play slower", "Comma", () -> speed(playback, 0.5));

        String kernel = "Choose a kernel";
        for (int i = 0; i < Level.SERIES.size(); i++) {
            Level level = Level.SERIES.get(i);
            actions.add(
                    kernel,
                    "level-" + level.key(),
                    "Run on " + KernelNames.title(level.build()),
                    Integer.toString(i),
                    noStory,
                    () -> playback.kernel(level.build()));
        }

        String look1 = "Look";
        actions.add(look1, "find", "Find a story, a step, a device, a command", "Shortcut+K", desk::find);
        actions.add(look1, "fit", "Fit the graph to the window", "F", desk::fit);
        actions.add(look1, "zoom-in", "Zoom in", "Plus", () -> desk.zoom(1.25));
        actions.add(look1, "zoom-out", "Zoom out", "Minus", () -> desk.zoom(0.8));
        actions.add(look1, "text", "Show the machine as text", "T", noStory, desk::text);
        for (Detail detail : Detail.values()) {
            actions.add(
                    look1,
                    "detail-" + detail.title(),
                    "Show the " + detail.title().toLowerCase(java.util.Locale.ROOT),
                    "Shortcut+" + (detail.ordinal() + 1),
                    () -> desk.detail(detail));
        }
        actions.add(look1, "theme", "Switch between dark and light", "Shortcut+L", look::switchTheme);
        actions.add(
                look1,
                "projector",
                "Switch large text for a projector",
                "Shortcut+P",
                () -> look.projectorProperty().set(!look.projectorProperty().get()));

        MachineActions.add(actions, playback);

        String why = "Ask why";
        BooleanBinding noWay = Bindings.createBooleanBinding(
                () -> playback.trailProperty().get().isEmpty(), playback.trailProperty());
        actions.add(why, "why", "Why is it red here?", "W", noStory, () -> why(playback));
        actions.add(why, "why-next", "Go on along the way to the harm", "J", noWay, () -> along(playback, true));
        actions.add(
                why, "why-back", "Go back along the way to the harm", "Shift+J", noWay, () -> along(playback, false));
        actions.add(why, "why-forget", "Put the way to the harm away", "Shift+W", noWay, playback::forget);

        actions.add("Tools", "what-breaks", "Show what breaks without each callback", "Shortcut+B", desk::whatBreaks);
        actions.add("Tools", "decode", "Decode log lines", "Shortcut+D", desk::decode);

        String compare = "Compare and bisect";
        actions.add(compare, "compare", "Compare with another kernel…", "C", noStory, desk::compareWith);
        actions.add(compare, "bisect", "Walk the series to its first bad level", "B", noStory, desk::bisect);
        actions.add(compare, "patches", "Show what each patch changes", "P", noStory, desk::patches);
        actions.add(compare, "lanes", "Show the lanes of this story", "Shift+C", noStory, desk::lanes);
        actions.add(
                compare,
                "next-difference",
                "Go to the next difference",
                "N",
                desk.nothingCompared(),
                desk::nextDifference);
        actions.add(
                compare,
                "previous-difference",
                "Go to the difference before",
                "Shift+N",
                desk.nothingCompared(),
                desk::previousDifference);
        actions.add(
                compare,
                "divergence",
                "Go to the first divergence",
                "D",
                desk.nothingCompared(),
                desk::firstDivergence);

        String file = "File and help";
        actions.add(file, "open", "Open a file…", "Shortcut+O", desk::openFile);
        BooleanBinding noLoading = Bindings.createBooleanBinding(
                () -> playback.loadedProperty().get().isEmpty(), playback.loadedProperty());
        actions.add(
                file,
                "enough",
                "Stop reading the trace, show what was read",
                "Shortcut+Period",
                noLoading,
                playback::enough);
        actions.add(file, "help", "Show all keys", "F1", desk::help);
        actions.add(file, "close", "Close the window", "Shortcut+Q", desk::close);
        return actions;
    }

    private static void why(LivePlayback playback) {
        playback.nowProperty().get().ifPresent(now -> playback.why(now.step()));
    }

    private static void along(LivePlayback playback, boolean forward) {
        int step = playback.nowProperty().get().map(Now::step).orElse(0);
        playback.trailProperty()
                .get()
                .map(trail -> forward ? trail.after(step) : trail.before(step))
                .ifPresent(next -> next.ifPresent(playback::go));
    }

    private static void speed(LivePlayback playback, double factor) {
        playback.speedProperty().set(Math.clamp(playback.speedProperty().get() * factor, 1, 1024));
    }
}
