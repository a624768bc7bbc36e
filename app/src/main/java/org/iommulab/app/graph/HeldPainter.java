package org.iommulab.app.graph;

import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.KindLook;
import org.iommulab.app.draw.Line;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.graph.Box;
import org.iommulab.graph.HeldView;
import org.iommulab.graph.Moment.DomainView;
import org.iommulab.graph.Route;
import org.iommulab.user.held.HeldKind;

/**
 * Draws what a program holds: files of groups and devices as small pills in those, a container as a card, an open
 * /dev/iommu as a frame with a row for each object.
 */
final class HeldPainter {
    private static final double PADDING = 14;

    private final Pen pen;
    private final GraphScene scene;
    private final Detail detail;

    HeldPainter(Pen pen, GraphScene scene, Detail detail) {
        this.pen = pen;
        this.scene = scene;
        this.detail = detail;
    }

    /** Of a line: as the domain that it goes to, or muted between a program's own objects. */
    static Tone tone(Route route, GraphScene scene) {
        DomainView domain = scene.domains().get(route.to());
        return domain == null ? Tone.MUTED : KindLook.tone(domain.kind());
    }

    void held(HeldView held, Box box) {
        if (held.kind().isHolder()) {
            holder(held, box);
        } else if (held.kind().isInHolder()) {
            row(held, box);
        } else {
            pill(held, box);
        }
    }

    /** What lives on without its file is dashed. */
    private static Line edge(HeldView held, Tone tone, double width) {
        return held.closed() ? Line.dashed(Tone.MUTED, width) : Line.solid(tone, width);
    }

    private void holder(HeldView held, Box box) {
        pen.fillBox(box.x(), box.y(), box.width(), box.height(), 12, Ink.of(Tone.PANEL));
        pen.strokeBox(box.x(), box.y(), box.width(), box.height(), 12, edge(held, Tone.HAIRLINE, 1.4));
        double left = box.x() + PADDING;
        double room = box.width() - 2 * PADDING;
        switch (detail) {
            case FULL -> {
                Face face = Face.mono(12);
                pen.text(pen.fit(held.name(), face, room), left, box.y() + 22, face, Tone.TEXT);
                if (held.kind() == HeldKind.CONTAINER) {
                    pen.text(
                            pen.fit(held.state(), Face.words(11), room),
                            left,
                            box.y() + 42,
                            Face.words(11),
                            Tone.MUTED);
                    String under = held.closed() ? "closed, held by " + groups(held) : groups(held);
                    pen.text(pen.fit(under, Face.words(11), room), left, box.y() + 60, Face.words(11), Tone.MUTED);
                } else {
                    String word = held.closed() ? "closed" : held.state();
                    pen.text(
                            word,
                            box.right() - PADDING,
                            box.y() + 22,
                            Face.words(11),
                            Ink.of(Tone.MUTED),
                            Pen.Align.END);
                }
            }
            case NAMES -> {
                Face face = Face.mono(15);
                pen.text(pen.fit(held.name(), face, room), left, box.y() + 24, face, Tone.TEXT);
            }
            case SHAPES -> {}
        }
    }

    private static String groups(HeldView container) {
        String groups = container.notes().stream()
                .filter(note -> note.label().equals("group"))
                .map(HeldView.Note::value)
                .collect(java.util.stream.Collectors.joining(", "));
        return groups.isEmpty() ? "no group in it" : groups;
    }

    private void row(HeldView held, Box box) {
        scene.layout().routes().stream()
                .filter(route -> route.from() == held.id() && scene.held().containsKey(route.to()))
                .forEach(route -> pen.stroke(Curves.of(route.path()), Line.dotted(Tone.MUTED, 2)));
        pen.fillBox(box.x(), box.y(), box.width(), box.height(), 6, Ink.of(Tone.SOFT));
        if (held.closed()) {
            pen.strokeBox(box.x(), box.y(), box.width(), box.height(), 6, Line.dashed(Tone.MUTED, 1.2));
        }
        Tone tone = held.on().stream()
                .map(scene.domains()::get)
                .filter(domain -> domain != null)
                .map(domain -> KindLook.tone(domain.kind()))
                .findFirst()
                .orElse(Tone.PLATFORM);
        pen.fillBox(box.x(), box.y(), 4, box.height(), 2, Ink.of(tone));
        if (detail != Detail.FULL) {
            if (detail == Detail.NAMES) {
                Face face = Face.words(15).strong();
                pen.text(
                        pen.fit(held.name(), face, box.width() - 14), box.x() + 10, box.middleY() + 5, face, Tone.TEXT);
            }
            return;
        }
        Face face = Face.words(11.5).strong();
        double baseline = box.middleY() + 4;
        pen.text(held.name(), box.x() + 12, baseline, face, Tone.TEXT);
        double room = box.width() - 12 - 8 - 8 - pen.width(held.name(), face);
        pen.text(
                pen.fit(held.state(), Face.words(11), room),
                box.right() - 8,
                baseline,
                Face.words(11),
                Ink.of(Tone.MUTED),
                Pen.Align.END);
    }

    /** Filled when it does something: its group is in a container, its device bound. */
    private void pill(HeldView held, Box box) {
        boolean working = held.in().isPresent();
        pen.fillBox(box.x(), box.y(), box.width(), box.height(), 8, Ink.of(working ? Tone.BACKGROUND : Tone.PANEL));
        pen.strokeBox(
                box.x(),
                box.y(),
                box.width(),
                box.height(),
                8,
                edge(held, working ? Tone.UNMANAGED : Tone.MUTED, working ? 1.4 : 1));
        if (detail == Detail.FULL) {
            pen.text(
                    pen.fit(held.name(), Face.mono(11), box.width() - 8),
                    box.middleX(),
                    box.middleY() + 4,
                    Face.mono(11),
                    Ink.of(working ? Tone.TEXT : Tone.MUTED),
                    Pen.Align.MIDDLE);
        }
    }
}
