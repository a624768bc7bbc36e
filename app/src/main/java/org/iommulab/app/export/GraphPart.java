package org.iommulab.app.export;

import java.util.Optional;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.app.graph.Detail;
import org.iommulab.app.graph.GraphPainter;
import org.iommulab.app.graph.GraphScene;
import org.iommulab.app.graph.Marks;
import org.iommulab.graph.Homes;
import org.iommulab.graph.Layout;
import org.iommulab.graph.LiveGraph;
import org.iommulab.graph.Moment;
import org.iommulab.sim.Event;

/** The live graph, fitted into its room; {@code progress} of the way from one moment to the next. */
record GraphPart(Moment from, Moment to, Optional<Event> event, Homes homes, double progress) implements Painting {
    static GraphPart still(Moment moment, Optional<Event> event, Homes homes) {
        return new GraphPart(moment, moment, event, homes, 1);
    }

    @Override
    public void paint(Pen pen, double width, double height) {
        pen.fillBox(0, 0, width, height, 0, Ink.of(Tone.BACKGROUND));
        GraphScene after = GraphScene.fitting(to, new LiveGraph(), homes, width, height);
        GraphScene before = from == to ? after : GraphScene.fitting(from, new LiveGraph(), homes, width, height);
        Layout layout = after.layout();
        double zoom = Math.min(1.5, Math.min(width / layout.width(), height / layout.height()));
        pen.save();
        pen.translate(
                Math.rint((width - layout.width() * zoom) / 2),
                Math.max(0, Math.rint((height - layout.height() * zoom) / 2)));
        pen.scale(zoom);
        var painter = new GraphPainter(pen, Detail.at(Math.max(zoom, 0.6)));
        painter.base(before, after, progress);
        painter.overlay(after, event, Marks.NONE, progress);
        pen.restore();
    }
}
