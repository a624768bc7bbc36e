package org.iommulab.app.timeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.animation.AnimationTimer;
import javafx.application.Platform;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.value.ObservableValue;
import javafx.scene.AccessibleRole;
import javafx.scene.Cursor;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseEvent;
import javafx.scene.input.ScrollEvent;
import javafx.util.Duration;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Theme;
import org.iommulab.app.pane.CanvasPane;
import org.iommulab.app.playback.Now;
import org.iommulab.app.playback.Playback;
import org.iommulab.app.playback.Trail;
import org.iommulab.app.words.StepWords;
import org.iommulab.scenario.Chapter;
import org.iommulab.sim.Recording;
import org.jspecify.annotations.Nullable;

/**
 * The timeline as a control: drag the playhead or the overview, click a bar to go there, turn the wheel to zoom around
 * the pointer, with Shift to move sideways. The part that is seen glides after the playhead.
 */
public final class TimelineView extends CanvasPane {
    /** Wide enough for a block to have a shape. */
    private static final double FIRST_STEP_WIDTH = 9;

    /** After this time about two thirds of a glide are done, in seconds. */
    private static final double GLIDE = 0.09;

    private final Playback playback;
    private final TimelinePainter painter = new TimelinePainter();
    private final Tooltip tooltip = new Tooltip();
    private final BooleanProperty reducedMotion = new SimpleBooleanProperty(this, "reducedMotion");
    private final AnimationTimer glide = new Glide();

    private @Nullable Recording asked;
    private @Nullable CallBars bars;
    private List<Chapter> chapters = List.of();
    private int step;
    private @Nullable Viewport seen;
    private @Nullable Viewport target;
    private Optional<Trail> trail = Optional.empty();
    private double scroll;
    private int hover;
    private boolean dragging;

    /** In the dark theme. */
    public TimelineView(Playback playback) {
        this(playback, new SimpleObjectProperty<>(Theme.DARK));
    }

    public TimelineView(Playback playback, ObservableValue<Theme> theme) {
        super(theme);
        this.playback = playback;
        setAccessibleRole(AccessibleRole.SLIDER);
        setAccessibleText("Timeline");
        tooltip.setShowDelay(Duration.millis(250));
        tooltip.setWrapText(true);
        tooltip.setMaxWidth(440);
        playback.nowProperty().addListener((_, _, now) -> now.ifPresent(this::show));
        playback.nowProperty().get().ifPresent(this::show);
        playback.trailProperty().subscribe(this::mark);
        addEventHandler(MouseEvent.MOUSE_PRESSED, this::pressed);
        addEventHandler(MouseEvent.MOUSE_DRAGGED, this::dragged);
        addEventHandler(MouseEvent.MOUSE_RELEASED, _ -> dragging = false);
        addEventHandler(MouseEvent.MOUSE_MOVED, this::moved);
        addEventHandler(MouseEvent.MOUSE_EXITED, _ -> hover(0));
        addEventHandler(ScrollEvent.SCROLL, this::scrolled);
        addEventHandler(KeyEvent.KEY_PRESSED, this::key);
        widthProperty().addListener(_ -> follow());
        heightProperty().addListener(_ -> followRow());
        scaleProperty().addListener(_ -> {
            follow();
            followRow();
        });
    }

    /** Whether the picture jumps instead of gliding. */
    public BooleanProperty reducedMotionProperty() {
        return reducedMotion;
    }

    // ---- what is shown

    private void show(Now now) {
        step = now.step();
        chapters = now.run().chapters();
        setAccessibleHelp("step " + step + " of " + now.length());
        Recording recording = now.run().recording();
        if (asked != recording) {
            asked = recording;
            Thread.ofVirtual().name("bars").start(() -> {
                CallBars made = CallBars.of(recording);
                Platform.runLater(() -> arrived(recording, made));
            });
        }
        follow();
        followRow();
        repaint();
    }

    private void arrived(Recording recording, CallBars made) {
        if (asked != recording) {
            return;
        }
        bars = made;
        hover = 0;
        seen = null;
        follow();
        followRow();
        trail.ifPresent(this::lookAt);
        repaint();
    }

    private void mark(Optional<Trail> way) {
        trail = way;
        way.ifPresent(this::lookAt);
        repaint();
    }

    /** All of the way, with some room on both sides. */
    private void lookAt(Trail way) {
        if (bars == null || seen == null || bars.recording() != asked || way.last() > bars.length()) {
            return;
        }
        double most = Math.max(Viewport.CLOSEST, bars.length() + 1.0);
        double span = Math.clamp((way.last() - way.first() + 1) * 1.3, Math.min(40, most), most);
        double from = (way.first() + way.last() + 1 - span) / 2;
        glideTo(new Viewport(from, span).kept(bars.length()));
    }

    private void follow() {
        if (bars == null || bars.recording() != asked || paintWidth() < 1) {
            return;
        }
        int length = bars.length();
        int there = Math.min(step, length);
        if (seen == null) {
            double span = TimelinePainter.room(paintWidth()) / FIRST_STEP_WIDTH;
            Viewport first =
                    new Viewport(0, Math.clamp(span, Viewport.CLOSEST, Math.max(Viewport.CLOSEST, length + 1.0)));
            seen = first.following(there, length);
            target = seen;
            return;
        }
        if (!dragging) {
            glideTo((target == null ? seen : target).following(there, length));
        }
    }

    private void glideTo(Viewport to) {
        target = to;
        if (seen != null) {
            seen = to.from(seen);
        }
        if (reducedMotion.get() || seen == null) {
            seen = to;
            repaint();
        } else if (!to.isNear(seen, paintWidth())) {
            glide.start();
        }
    }

    /** Keeps the current call's row in sight when the lanes are higher than the pane. */
    private void followRow() {
        if (bars == null || bars.recording() != asked || step == 0 || step > bars.length()) {
            return;
        }
        LaneLayout lanes = TimelinePainter.layout(bars, paintHeight());
        double room = paintHeight() - TimelinePainter.TOP;
        double y = lanes.y(bars.recording().lane(step), bars.row(step));
        if (y < scroll + 4 || y + lanes.pitch() > scroll + room - 4) {
            scroll = y - room / 2;
        }
        keepScroll();
    }

    private void keepScroll() {
        if (bars != null) {
            double most = painter.fullHeight(bars, paintHeight()) - paintHeight();
            scroll = Math.clamp(scroll, 0, Math.max(0, most));
        }
    }

    private Optional<TimelineScene> scene() {
        return bars == null || seen == null
                ? Optional.empty()
                : Optional.of(
                        new TimelineScene(bars, chapters, Math.min(step, bars.length()), seen, scroll, hover, trail));
    }

    @Override
    protected void paint(Pen pen, double width, double height) {
        scene().ifPresent(scene -> painter.paint(pen, width, height, scene));
    }

    // ---- mouse and keys

    private void pressed(MouseEvent event) {
        requestFocus();
        if (at(event).getX() < TimelinePainter.LEFT) {
            return;
        }
        dragging =
                at(event).getY() < TimelinePainter.TOP || nearPlayhead(at(event).getX());
        if (dragging) {
            dragged(event);
        } else {
            scene().flatMap(scene ->
                            painter.hit(at(event).getX(), at(event).getY(), paintWidth(), paintHeight(), scene))
                    .ifPresentOrElse(
                            playback::go, () -> playback.go(stepAt(at(event).getX())));
        }
    }

    private boolean nearPlayhead(double x) {
        return seen != null
                && Math.abs(seen.x(step + 0.5, TimelinePainter.room(paintWidth())) + TimelinePainter.LEFT - x) < 5;
    }

    private int stepAt(double x) {
        return bars == null || seen == null
                ? step
                : seen.step(x - TimelinePainter.LEFT, TimelinePainter.room(paintWidth()), bars.length());
    }

    private void dragged(MouseEvent event) {
        if (!dragging || bars == null || seen == null) {
            return;
        }
        if (at(event).getY() < TimelinePainter.OVERVIEW_TOP + TimelinePainter.OVERVIEW_HEIGHT + 3) {
            int there = TimelinePainter.overviewStep(at(event).getX(), paintWidth(), bars.length());
            glideTo(seen.following(there, bars.length()));
            playback.go(there);
        } else {
            playback.go(stepAt(at(event).getX()));
        }
    }

    private void moved(MouseEvent event) {
        int there = scene().flatMap(
                        scene -> painter.hit(at(event).getX(), at(event).getY(), paintWidth(), paintHeight(), scene))
                .orElse(0);
        hover(there);
        boolean handle = at(event).getY() < TimelinePainter.TOP && at(event).getX() >= TimelinePainter.LEFT;
        setCursor(
                handle || nearPlayhead(at(event).getX()) ? Cursor.H_RESIZE : there != 0 ? Cursor.HAND : Cursor.DEFAULT);
    }

    private void hover(int there) {
        if (hover == there) {
            return;
        }
        hover = there;
        if (there == 0) {
            Tooltip.uninstall(this, tooltip);
            tooltip.hide();
        } else {
            playback.nowProperty().get().ifPresent(now -> tooltip.setText(tip(now, there)));
            Tooltip.install(this, tooltip);
        }
        repaint();
    }

    private String tip(Now now, int there) {
        if (there > now.length()) {
            return "";
        }
        String range =
                bars != null && bars.isCall(there) ? "steps " + there + " to " + bars.end(there) : "step " + there;
        return range + "\n" + StepWords.sentence(now.run(), there);
    }

    private void scrolled(ScrollEvent event) {
        if (bars == null || seen == null) {
            return;
        }
        Viewport base = target == null ? seen : target;
        double room = TimelinePainter.room(paintWidth());
        if (event.isControlDown() || event.isAltDown()) {
            scroll -= event.getDeltaY();
            keepScroll();
            repaint();
        } else if (event.isShiftDown() || Math.abs(event.getDeltaX()) > Math.abs(event.getDeltaY())) {
            double delta = event.getDeltaX() != 0 ? event.getDeltaX() : event.getDeltaY();
            glideTo(base.moved(-delta / base.stepWidth(room), bars.length()));
        } else {
            double x = Math.clamp(event.getX() / scaleProperty().get() - TimelinePainter.LEFT, 0, room);
            glideTo(base.zoomed(Math.pow(1.2, -event.getDeltaY() / 40), x, room, bars.length()));
        }
        event.consume();
    }

    private void key(KeyEvent event) {
        if (bars == null || seen == null || event.isShortcutDown() || event.isAltDown()) {
            return;
        }
        Viewport base = target == null ? seen : target;
        double room = TimelinePainter.room(paintWidth());
        double x = Math.clamp(base.x(step + 0.5, room), 0, room);
        switch (event.getText()) {
            case "+", "=" -> glideTo(base.zoomed(1 / 1.5, x, room, bars.length()));
            case "-" -> glideTo(base.zoomed(1.5, x, room, bars.length()));
            case "0" -> glideTo(Viewport.all(bars.length()));
            default -> {
                return;
            }
        }
        event.consume();
    }

    private final class Glide extends AnimationTimer {
        private long before;

        @Override
        public void start() {
            before = 0;
            super.start();
        }

        @Override
        public void handle(long nanos) {
            double seconds = before == 0 ? 1 / 60.0 : (nanos - before) / 1e9;
            before = nanos;
            if (seen == null || target == null) {
                stop();
                return;
            }
            seen = seen.towards(target, 1 - Math.exp(-seconds / GLIDE));
            if (target.isNear(seen, paintWidth())) {
                seen = target;
                stop();
            }
            repaint();
        }
    }

    // ---- in words

    @Override
    public List<String> textTwin() {
        if (bars == null) {
            return List.of("No recording yet.");
        }
        return new ArrayList<>(TimelineText.of(bars, chapters, step));
    }
}
