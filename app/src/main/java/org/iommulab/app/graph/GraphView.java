package org.iommulab.app.graph;

import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import javafx.animation.AnimationTimer;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.DoubleProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleDoubleProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.scene.AccessibleRole;
import javafx.scene.canvas.Canvas;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;
import javafx.scene.input.ScrollEvent;
import javafx.scene.layout.Region;
import org.iommulab.app.draw.FxPen;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Theme;
import org.iommulab.app.draw.Tone;
import org.iommulab.app.playback.Now;
import org.iommulab.app.playback.Playback;
import org.iommulab.graph.Box;
import org.iommulab.graph.GraphText;
import org.iommulab.graph.Homes;
import org.iommulab.graph.Layout;
import org.iommulab.graph.LiveGraph;
import org.iommulab.scenario.Run;
import org.iommulab.sim.Event;
import org.jspecify.annotations.Nullable;

/**
 * The live graph in the window: two canvases, one for the picture and one for what is marked over it. Wheel and plus and
 * minus zoom, dragging pans, 0 fits, arrows go from thing to thing, Enter and a click choose; with Shift, a second thing.
 */
public final class GraphView extends Region {
    private final Playback playback;
    private final LongSupplier clock;
    private final Canvas base = new Canvas();
    private final Canvas overlay = new Canvas();
    private final Viewport viewport = new Viewport();
    private final ObjectProperty<Theme> theme = new SimpleObjectProperty<>(Theme.DARK);
    private final DoubleProperty scale = new SimpleDoubleProperty(1);
    private final BooleanProperty reducedMotion = new SimpleBooleanProperty();
    private final AnimationTimer timer = new AnimationTimer() {
        @Override
        public void handle(long ignored) {
            frame();
        }
    };
    private LiveGraph graph = new LiveGraph();
    private Homes homes = Homes.NONE;
    private @Nullable Run run;
    private @Nullable Transition transition;
    private Optional<Event> event = Optional.empty();
    private long arrived = Long.MIN_VALUE / 2;
    private int hover;
    private int focus;
    private double dragX;
    private double dragY;
    private boolean dragged;

    public GraphView(Playback playback) {
        this(playback, System::nanoTime);
    }

    GraphView(Playback playback, LongSupplier clock) {
        this.playback = playback;
        this.clock = clock;
        getStyleClass().add("graph-view");
        overlay.setMouseTransparent(true);
        getChildren().addAll(base, overlay);
        setMinSize(200, 120);
        setPrefSize(900, 520);
        setFocusTraversable(true);
        setAccessibleRole(AccessibleRole.IMAGE_VIEW);
        setAccessibleText("Live graph");
        playback.nowProperty().addListener((_, _, now) -> now.ifPresent(this::show));
        playback.selectedProperty().addListener((_, _, _) -> {
            bringSelected();
            paint();
        });
        playback.secondProperty().addListener((_, _, _) -> paintOverlay());
        playback.litProperty().addListener((_, _, _) -> paintOverlay());
        theme.addListener((_, _, _) -> paint());
        focusedProperty().addListener((_, _, _) -> paintOverlay());
        scale.addListener(_ -> {
            if (!viewport.moved()) {
                fit();
            }
        });
        addEventHandler(MouseEvent.ANY, this::mouse);
        addEventHandler(ScrollEvent.SCROLL, this::scroll);
        addEventHandler(KeyEvent.KEY_PRESSED, this::key);
        playback.nowProperty().get().ifPresent(this::show);
    }

    public ObjectProperty<Theme> themeProperty() {
        return theme;
    }

    /** How much larger than at a usual desk a picture that fits may be drawn. */
    public DoubleProperty scaleProperty() {
        return scale;
    }

    /** With reduced motion nothing moves: the old picture gives way to the new one. */
    public BooleanProperty reducedMotionProperty() {
        return reducedMotion;
    }

    /** Shows the whole picture. */
    public void fit() {
        if (transition != null) {
            fit(transition.to().layout());
            paint();
        }
    }

    private void fit(Layout layout) {
        viewport.fit(layout.width(), layout.height(), getWidth(), getHeight(), scale.get());
        layout.box(playback.selectedProperty().get()).ifPresent(box -> viewport.bring(box, getWidth(), getHeight()));
    }

    /** What is selected elsewhere is moved into the window. */
    private void bringSelected() {
        if (transition != null) {
            transition
                    .to()
                    .layout()
                    .box(playback.selectedProperty().get())
                    .ifPresent(box -> viewport.bring(box, getWidth(), getHeight()));
        }
    }

    /** Zooms by a factor about the middle. */
    public void zoom(double factor) {
        viewport.zoomAt(factor, getWidth() / 2, getHeight() / 2);
        paint();
    }

    private void show(Now now) {
        boolean fresh = run != now.run();
        if (fresh) {
            run = now.run();
            homes = Homes.of(now.run().recording());
            graph = new LiveGraph();
        }
        long time = clock.getAsLong();
        boolean hurry = time - arrived < Transition.HURRY;
        arrived = time;
        event = now.event();
        GraphScene next = GraphScene.fitting(now.moment(), graph, homes, getWidth(), getHeight());
        Transition before = transition;
        boolean still = before == null || fresh || hurry || reducedMotion.get();
        transition = before == null || still
                ? Transition.at(next)
                : new Transition(before.to(), next, time, Transition.NORMAL);
        if (before == null || fresh || !viewport.moved()) {
            fit(next.layout());
        }
        describeFocus();
        if (reducedMotion.get() && before != null) {
            crossFade();
        }
        paint();
        if (!still) {
            timer.start();
        }
    }

    /** Only opacity changes, nothing moves. */
    private void crossFade() {
        base.setOpacity(0.3);
        var fade = new javafx.animation.FadeTransition(javafx.util.Duration.millis(180), base);
        fade.setToValue(1);
        fade.play();
    }

    /** Paints what the clock says; stops the timer when all has arrived. */
    void frame() {
        if (transition == null || transition.isOver(clock.getAsLong())) {
            timer.stop();
        }
        paint();
    }

    private void paint() {
        GraphicsContext canvas = base.getGraphicsContext2D();
        var pen = new FxPen(canvas, theme.get());
        pen.fillBox(0, 0, base.getWidth(), base.getHeight(), 0, Ink.of(Tone.BACKGROUND));
        Transition way = transition;
        if (way != null) {
            pen.save();
            pen.translate(viewport.x(), viewport.y());
            pen.scale(viewport.zoom());
            new GraphPainter(pen, Detail.at(viewport.zoom()))
                    .base(way.from(), way.to(), way.progress(clock.getAsLong()));
            pen.restore();
        }
        paintOverlay();
    }

    private void paintOverlay() {
        GraphicsContext canvas = overlay.getGraphicsContext2D();
        canvas.clearRect(0, 0, overlay.getWidth(), overlay.getHeight());
        Transition way = transition;
        if (way != null) {
            var pen = new FxPen(canvas, theme.get());
            pen.save();
            pen.translate(viewport.x(), viewport.y());
            pen.scale(viewport.zoom());
            var marks = new Marks(
                    hover,
                    playback.selectedProperty().get(),
                    playback.secondProperty().get(),
                    isFocused() ? focus : 0,
                    playback.litProperty().get());
            new GraphPainter(pen, Detail.at(viewport.zoom()))
                    .overlay(way.to(), event, marks, way.progress(clock.getAsLong()));
            pen.restore();
            new Beyond(pen, way.to(), viewport).paint(getWidth(), getHeight(), scale.get());
        }
    }

    @Override
    protected void layoutChildren() {
        if (base.getWidth() == getWidth() && base.getHeight() == getHeight()) {
            return;
        }
        for (Canvas canvas : List.of(base, overlay)) {
            canvas.setWidth(getWidth());
            canvas.setHeight(getHeight());
        }
        Transition way = transition;
        if (way != null) {
            GraphScene scene = GraphScene.fitting(way.to().moment(), graph, homes, getWidth(), getHeight());
            transition = Transition.at(scene);
            if (!viewport.moved()) {
                fit(scene.layout());
            }
        }
        paint();
    }

    private int at(MouseEvent mouse) {
        Transition way = transition;
        if (way == null) {
            return 0;
        }
        return way.to()
                .layout()
                .at(viewport.pictureX(mouse.getX()), viewport.pictureY(mouse.getY()))
                .filter(id -> id != Layout.PLATFORM)
                .orElse(0);
    }

    private void mouse(MouseEvent mouse) {
        if (mouse.getEventType() == MouseEvent.MOUSE_MOVED) {
            hover(at(mouse));
        } else if (mouse.getEventType() == MouseEvent.MOUSE_EXITED) {
            hover(0);
        } else if (mouse.getEventType() == MouseEvent.MOUSE_PRESSED) {
            requestFocus();
            dragX = mouse.getX();
            dragY = mouse.getY();
            dragged = false;
        } else if (mouse.getEventType() == MouseEvent.MOUSE_DRAGGED) {
            drag(mouse);
        } else if (mouse.getEventType() == MouseEvent.MOUSE_CLICKED && mouse.getButton() == MouseButton.PRIMARY) {
            click(mouse);
        }
    }

    private void hover(int id) {
        if (hover != id) {
            hover = id;
            paintOverlay();
        }
    }

    /** A hand that shakes on a click does not pan. */
    private void drag(MouseEvent mouse) {
        double dx = mouse.getX() - dragX;
        double dy = mouse.getY() - dragY;
        if (dragged || Math.hypot(dx, dy) > 4) {
            dragged = true;
            dragX = mouse.getX();
            dragY = mouse.getY();
            viewport.pan(dx, dy);
            paint();
        }
    }

    private void click(MouseEvent mouse) {
        if (dragged) {
            return;
        }
        int id = at(mouse);
        focus = id;
        if (id != 0 && (mouse.isShiftDown() || mouse.isShortcutDown())) {
            playback.secondProperty().set(id);
            return;
        }
        playback.selectedProperty().set(id);
        if (id == 0 && mouse.getClickCount() == 2) {
            fit();
        }
    }

    private void scroll(ScrollEvent scroll) {
        if (scroll.isShiftDown() || scroll.getDeltaX() != 0) {
            viewport.pan(scroll.getDeltaX(), scroll.isShiftDown() ? scroll.getDeltaY() : 0);
        } else {
            viewport.zoomAt(Math.pow(1.0018, scroll.getDeltaY()), scroll.getX(), scroll.getY());
        }
        paint();
        scroll.consume();
    }

    private void key(KeyEvent key) {
        if (key.isControlDown() || key.isAltDown() || key.isMetaDown()) {
            return;
        }
        switch (key.getCode()) {
            case PLUS, ADD, EQUALS -> zoom(1.2);
            case MINUS, SUBTRACT -> zoom(1 / 1.2);
            case DIGIT0, NUMPAD0 -> fit();
            case LEFT -> move(-1, 0);
            case RIGHT -> move(1, 0);
            case UP -> move(0, -1);
            case DOWN -> move(0, 1);
            case ENTER -> (key.isShiftDown() ? playback.secondProperty() : playback.selectedProperty()).set(focus);
            case ESCAPE -> playback.selectedProperty().set(0);
            default -> {
                return;
            }
        }
        key.consume();
    }

    private void move(int dx, int dy) {
        Transition way = transition;
        if (way == null) {
            return;
        }
        focus = Steering.next(way.to(), focus, dx, dy);
        way.to().layout().box(focus).ifPresent(box -> viewport.reveal(box, getWidth(), getHeight()));
        describeFocus();
        paint();
    }

    private void describeFocus() {
        Transition way = transition;
        if (way != null) {
            setAccessibleText(GraphText.describe(way.to().moment(), focus)
                    .orElseGet(() -> String.join("\n", GraphText.tree(way.to().moment()))));
        }
    }

    /** Where something is drawn, in this view's coordinates; for tours that point at it. */
    public Optional<Box> placeOf(int id) {
        return Optional.ofNullable(transition)
                .flatMap(t -> t.to().layout().box(id))
                .map(b -> new Box(
                        b.x() * viewport.zoom() + viewport.x(),
                        b.y() * viewport.zoom() + viewport.y(),
                        b.width() * viewport.zoom(),
                        b.height() * viewport.zoom()));
    }
}
