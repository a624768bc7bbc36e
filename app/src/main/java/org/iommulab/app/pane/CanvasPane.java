package org.iommulab.app.pane;

import javafx.beans.property.DoubleProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleDoubleProperty;
import javafx.beans.value.ObservableValue;
import javafx.geometry.Point2D;
import javafx.scene.canvas.Canvas;
import javafx.scene.input.MouseEvent;
import javafx.scene.layout.Region;
import org.iommulab.app.draw.FxPen;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Theme;

/** A region that is a canvas of its own size and paints at most once a pulse, when something asked for it. */
public abstract class CanvasPane extends Region implements TextTwin {
    private final Canvas canvas = new Canvas();
    private final DoubleProperty scale = new SimpleDoubleProperty(this, "scale", 1);
    private final ReadOnlyObjectWrapper<Theme> theme = new ReadOnlyObjectWrapper<>(this, "theme", Theme.DARK);

    protected CanvasPane(ObservableValue<Theme> look) {
        theme.bind(look);
        getChildren().add(canvas);
        canvas.setManaged(false);
        setFocusTraversable(true);
        theme.addListener(_ -> repaint());
        scale.addListener(_ -> repaint());
        setMinSize(80, 60);
    }

    public final ReadOnlyObjectProperty<Theme> themeProperty() {
        return theme.getReadOnlyProperty();
    }

    /** How much larger than at a usual desk everything is painted. */
    public final DoubleProperty scaleProperty() {
        return scale;
    }

    /** The width in the units that are painted in. */
    protected final double paintWidth() {
        return getWidth() / scale.get();
    }

    /** The height in the units that are painted in. */
    protected final double paintHeight() {
        return getHeight() / scale.get();
    }

    /** Where the mouse is, in the units that are painted in. */
    protected final Point2D at(MouseEvent event) {
        return new Point2D(event.getX() / scale.get(), event.getY() / scale.get());
    }

    /** Asks for one painting with the next pulse. */
    protected final void repaint() {
        setNeedsLayout(true);
    }

    /** Paints everything; the background is clear. */
    protected abstract void paint(Pen pen, double width, double height);

    @Override
    protected void layoutChildren() {
        double width = Math.floor(getWidth());
        double height = Math.floor(getHeight());
        if (width < 1 || height < 1) {
            return;
        }
        if (canvas.getWidth() != width || canvas.getHeight() != height) {
            canvas.setWidth(width);
            canvas.setHeight(height);
        }
        canvas.getGraphicsContext2D().clearRect(0, 0, width, height);
        var pen = new FxPen(canvas.getGraphicsContext2D(), theme.get());
        pen.save();
        pen.scale(scale.get());
        paint(pen, paintWidth(), paintHeight());
        pen.restore();
    }
}
