package org.iommulab.app.matrix;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.beans.value.ObservableValue;
import javafx.scene.AccessibleRole;
import javafx.scene.Cursor;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Theme;
import org.iommulab.app.pane.CanvasPane;
import org.iommulab.explore.breaks.Effect;

/** The matrix as a control: the pointer and the arrow keys go from cell to cell, a click and Enter open one. */
final class MatrixView extends CanvasPane {
    private final MatrixModel model;
    private final OpenCell opener;
    private final Consumer<Mark> legend;
    private final MatrixPainter painter = new MatrixPainter();

    /** @param legend is told of a click on the legend */
    MatrixView(MatrixModel model, ObservableValue<Theme> theme, OpenCell opener, Consumer<Mark> legend) {
        super(theme);
        this.model = model;
        this.opener = opener;
        this.legend = legend;
        setId("matrix");
        setAccessibleRole(AccessibleRole.TABLE_VIEW);
        setAccessibleText("What breaks: drivers down, callbacks across");
        model.versionProperty().addListener(_ -> changed());
        addEventHandler(MouseEvent.MOUSE_MOVED, this::moved);
        addEventHandler(MouseEvent.MOUSE_EXITED, _ -> model.here(Optional.empty()));
        addEventHandler(MouseEvent.MOUSE_CLICKED, this::clicked);
        addEventHandler(KeyEvent.KEY_PRESSED, this::key);
    }

    private void changed() {
        MatrixScene scene = model.scene();
        setAccessibleHelp(scene.place()
                .map(place -> String.join(". ", CardText.of(place, scene.grid()).lines()))
                .orElse(scene.status()));
        repaint();
    }

    @Override
    protected void paint(Pen pen, double width, double height) {
        painter.paint(pen, width, height, model.scene());
    }

    @Override
    public List<String> textTwin() {
        return MatrixText.of(model.scene());
    }

    // ---- the pointer

    private Optional<Spot> spot(MouseEvent event) {
        return painter.layout(paintWidth(), paintHeight(), model.scene())
                .at(at(event).getX(), at(event).getY());
    }

    private Optional<Mark> legend(MouseEvent event) {
        return painter.legendAt(
                paintWidth(), paintHeight(), at(event).getX(), at(event).getY());
    }

    private void moved(MouseEvent event) {
        Optional<Spot> spot = spot(event);
        model.here(spot);
        boolean opens = model.scene().place().filter(MatrixView::opens).isPresent();
        setCursor(opens || legend(event).isPresent() ? Cursor.HAND : Cursor.DEFAULT);
    }

    private void clicked(MouseEvent event) {
        requestFocus();
        if (event.getButton() != MouseButton.PRIMARY) {
            return;
        }
        legend(event).ifPresent(legend);
        spot(event).ifPresent(spot -> {
            model.here(Optional.of(spot));
            open();
        });
    }

    /** Of what is not there nothing was recorded. */
    private static boolean opens(Place place) {
        return place.worst().effect() != Effect.NOT_THERE;
    }

    void open() {
        model.scene().place().filter(MatrixView::opens).ifPresent(place -> opener.open(place.worst()));
    }

    // ---- keys

    private void key(KeyEvent event) {
        if (event.isShortcutDown() || event.isAltDown()) {
            return;
        }
        switch (event.getCode()) {
            case LEFT -> go(0, -1);
            case RIGHT -> go(0, 1);
            case UP -> go(-1, 0);
            case DOWN -> go(1, 0);
            case HOME -> go(0, -Integer.MAX_VALUE / 2);
            case END -> go(0, Integer.MAX_VALUE / 2);
            case ENTER, SPACE -> open();
            default -> {
                return;
            }
        }
        event.consume();
    }

    /** From the first cell where none is looked at. */
    private void go(int rows, int columns) {
        Arrangement shown = model.scene().arrangement();
        if (shown.rows().isEmpty() || shown.columns().isEmpty()) {
            return;
        }
        Spot from = model.scene().here().orElse(new Spot(-Math.abs(rows), -Math.abs(Integer.signum(columns))));
        model.here(Optional.of(new Spot(
                Math.clamp((long) from.row() + rows, 0, shown.rows().size() - 1),
                Math.clamp((long) from.column() + columns, 0, shown.columns().size() - 1))));
    }
}
