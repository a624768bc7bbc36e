package org.iommulab.app.walk;

import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import javafx.animation.AnimationTimer;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.value.ObservableValue;
import javafx.scene.AccessibleRole;
import javafx.scene.input.ScrollEvent;
import org.iommulab.app.draw.DryPen;
import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Theme;
import org.iommulab.app.draw.Tone;
import org.iommulab.app.pane.CanvasPane;
import org.iommulab.app.playback.Now;
import org.iommulab.app.playback.Playback;

/** The walk of the last access as a control; the newest read is animated, the wheel scrolls what is too high. */
public final class WalkView extends CanvasPane {
    private static final double SECONDS = 0.28;
    private static final String NOTHING = "No device has done a DMA in this chapter yet.";

    private final WalkPainter painter = new WalkPainter();
    private final LongSupplier nanos;
    private final BooleanProperty reducedMotion = new SimpleBooleanProperty(this, "reducedMotion");
    private final AnimationTimer timer = new AnimationTimer() {
        @Override
        public void handle(long now) {
            repaint();
            if (progress() >= 1) {
                stop();
            }
        }
    };

    private Optional<WalkScene> scene = Optional.empty();
    private int step = -1;
    private long began;
    private double scroll;
    private boolean atEnd;

    /** In the dark theme. */
    public WalkView(Playback playback) {
        this(playback, new SimpleObjectProperty<>(Theme.DARK));
    }

    public WalkView(Playback playback, ObservableValue<Theme> theme) {
        this(playback, theme, System::nanoTime);
    }

    /** @param nanos the clock of the animation */
    public WalkView(Playback playback, ObservableValue<Theme> theme, LongSupplier nanos) {
        super(theme);
        this.nanos = nanos;
        setAccessibleRole(AccessibleRole.TEXT);
        playback.nowProperty().addListener((_, _, now) -> now.ifPresent(this::show));
        playback.nowProperty().get().ifPresent(this::show);
        addEventHandler(ScrollEvent.SCROLL, event -> {
            scroll -= event.getDeltaY();
            atEnd = false;
            repaint();
            event.consume();
        });
    }

    /** Whether reads appear at once. */
    public BooleanProperty reducedMotionProperty() {
        return reducedMotion;
    }

    private void show(Now now) {
        scene = WalkScene.of(now);
        boolean stepped = now.step() == step + 1;
        if (now.step() != step) {
            // How it ended is what one wants to see first of a walk that is too high for the pane.
            atEnd = scene.filter(WalkScene::over).isPresent();
            scroll = 0;
        }
        step = now.step();
        if (stepped && !reducedMotion.get() && scene.isPresent() && scene.get().fresh()) {
            began = nanos.getAsLong();
            timer.start();
        } else {
            began = nanos.getAsLong() - Math.round(2 * SECONDS * 1e9);
        }
        setAccessibleText(String.join("\n", textTwin()));
        repaint();
    }

    /** Eased, 0 to 1. */
    private double progress() {
        double t = Math.clamp((nanos.getAsLong() - began) / 1e9 / SECONDS, 0, 1);
        return 1 - (1 - t) * (1 - t) * (1 - t);
    }

    @Override
    protected void paint(Pen pen, double width, double height) {
        if (scene.isEmpty()) {
            pen.text(NOTHING, 0, 16, Face.words(12.5), Tone.MUTED);
            return;
        }
        double contentHeight = painter.paint(new DryPen(pen), width, height, scene.get(), progress());
        double most = Math.max(0, contentHeight - height);
        scroll = atEnd ? most : Math.clamp(scroll, 0, most);
        pen.save();
        pen.translate(0, -scroll);
        painter.paint(pen, width, height, scene.get(), progress());
        pen.restore();
    }

    @Override
    public List<String> textTwin() {
        return scene.map(WalkText::twin).orElse(List.of(NOTHING));
    }
}
