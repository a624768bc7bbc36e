package org.iommulab.app.compare;

import java.util.List;
import javafx.beans.value.ObservableValue;
import javafx.geometry.Point2D;
import javafx.scene.AccessibleRole;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseEvent;
import javafx.scene.input.ScrollEvent;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Theme;
import org.iommulab.app.pane.CanvasPane;

/** The comparison on a canvas. A click on an event or on the timeline moves all cursors there; so do wheel and keys. */
public final class CompareView extends CanvasPane {
    private static final int PAGE = 12;

    /** Room for the page's buttons. */
    private static final double BUTTONS = 380;

    private final LiveCompare compare;

    public CompareView(LiveCompare compare, ObservableValue<Theme> theme) {
        super(theme);
        this.compare = compare;
        setAccessibleRole(AccessibleRole.PARENT);
        setAccessibleText("Comparison");
        compare.sceneProperty().subscribe(_ -> repaint());
        setOnMousePressed(this::pressed);
        setOnMouseDragged(this::dragged);
        setOnScroll(this::scrolled);
    }

    @Override
    protected void paint(Pen pen, double width, double height) {
        compare.sceneProperty().get().ifPresent(scene -> ComparePainter.paint(pen, width, height, scene, BUTTONS));
    }

    private void pressed(MouseEvent event) {
        requestFocus();
        compare.sceneProperty().get().ifPresent(scene -> {
            Point2D at = at(event);
            Rooms rooms = Rooms.of(scene, paintWidth(), paintHeight());
            int row = rooms.rowAt(at.getX(), at.getY());
            if (row >= 0) {
                compare.go(row);
            }
        });
        dragged(event);
    }

    private void dragged(MouseEvent event) {
        compare.sceneProperty().get().ifPresent(scene -> {
            Point2D at = at(event);
            Rooms rooms = Rooms.of(scene, paintWidth(), paintHeight());
            int row = StripPainter.rowAt(rooms.timeline(), scene, at.getX(), at.getY());
            if (row >= 0) {
                compare.go(row);
            }
        });
    }

    private void scrolled(ScrollEvent event) {
        double lines = event.getDeltaY() / Math.max(1, event.getMultiplierY());
        int rows = (int) Math.signum(lines) * Math.max(1, (int) Math.round(Math.abs(lines)) * 3);
        compare.by(-rows);
        event.consume();
    }

    /** What a key does here; whether it does anything. */
    public boolean pressed(KeyEvent event) {
        switch (event.getCode()) {
            case RIGHT, DOWN -> compare.by(1);
            case LEFT, UP -> compare.by(-1);
            case PAGE_DOWN -> compare.by(PAGE);
            case PAGE_UP -> compare.by(-PAGE);
            case HOME -> compare.go(0);
            case END -> compare.go(Integer.MAX_VALUE);
            default -> {
                return false;
            }
        }
        return true;
    }

    @Override
    public List<String> textTwin() {
        return compare.sceneProperty().get().map(CompareText::lines).orElse(List.of("Nothing is compared yet"));
    }
}
