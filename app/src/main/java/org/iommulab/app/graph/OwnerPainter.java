package org.iommulab.app.graph;

import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.KindLook;
import org.iommulab.app.draw.Line;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.bus.pci.PciAddress;
import org.iommulab.graph.Box;
import org.iommulab.graph.Known;
import org.iommulab.graph.Layout;
import org.iommulab.graph.Moment;

/** Draws groups and the devices in them, and the card of the platform's DMA ops. */
final class OwnerPainter {
    private static final double PICTURE_WIDTH = 60;

    private final Pen pen;
    private final GraphScene scene;
    private final Detail detail;

    OwnerPainter(Pen pen, GraphScene scene, Detail detail) {
        this.pen = pen;
        this.scene = scene;
        this.detail = detail;
    }

    void card(Layout.Card card) {
        Box box = card.box();
        pen.fillBox(box.x(), box.y(), box.width(), box.height(), 12, Ink.of(Tone.PANEL));
        Line edge = card.group()
                ? Line.solid(Tone.HAIRLINE, 1.4)
                : Line.dashed(Tone.MUTED, 1.2).faded(0.5);
        pen.strokeBox(box.x(), box.y(), box.width(), box.height(), 12, edge);
        if (detail == Detail.FULL) {
            title(card, box);
        } else if (detail == Detail.NAMES) {
            pen.text(
                    card.group()
                            ? "Group " + Known.in(scene.groups(), card.id()).number()
                            : "No group",
                    box.x() + 14,
                    box.y() + 24,
                    Face.words(16).strong(),
                    card.group() ? Tone.TEXT : Tone.MUTED);
        }
        card.devices()
                .forEach(id -> device(
                        Known.in(scene.devices(), id), Known.in(scene.layout().boxes(), id)));
    }

    private void title(Layout.Card card, Box box) {
        double baseline = box.y() + 22;
        if (!card.group()) {
            pen.text("No group yet", box.x() + 14, baseline, Face.words(12.5).medium(), Tone.MUTED);
            return;
        }
        Moment.GroupView group = Known.in(scene.groups(), card.id());
        String name = "Group " + group.number();
        Face face = Face.words(12.5).strong();
        pen.text(name, box.x() + 14, baseline, face, Tone.TEXT);
        double room = box.width() - 28 - 12 - pen.width(name, face);
        Box head = new Box(box.x(), box.y(), box.width(), Layout.CARD_HEAD);
        if (!scene.pillsIn(head).isEmpty()) { // a group file says who owns it, or could
            return;
        }
        pen.text(
                pen.fit(group.owner(), Face.words(11), room),
                box.right() - 14,
                baseline,
                Face.words(11),
                Ink.of(Tone.MUTED),
                Pen.Align.END);
    }

    /** What the core believes of the device, as a colour. */
    private Tone belief(Moment.DeviceView device) {
        if (scene.isParted(device)) {
            return Tone.DANGER;
        }
        Moment.GroupView group = scene.groupOf().get(device.id());
        if (group == null || group.domain().isEmpty()) {
            return Tone.PLATFORM;
        }
        Moment.DomainView domain = scene.domains().get(group.domain().getAsInt());
        return domain == null ? Tone.PLATFORM : KindLook.tone(domain.kind());
    }

    private void device(Moment.DeviceView device, Box box) {
        pen.fillBox(box.x(), box.y(), box.width(), box.height(), 6, Ink.of(Tone.SOFT));
        pen.fillBox(box.x(), box.y(), 4, box.height(), 2, Ink.of(belief(device)));
        double room = box.width() - 24;
        if (device.screen().isPresent()) {
            room -= picture(device.screen().get(), box) + 8;
        }
        double x = box.x() + 16;
        double above = room - taken(box, true);
        double below = room - taken(box, false);
        switch (detail) {
            case FULL -> {
                Tone tone = device.active() ? Tone.TEXT : Tone.MUTED;
                pen.text(name(device, above), x, box.y() + 20, Face.mono(12), tone);
                pen.text(pen.fit(subtitle(device), Face.words(11), below), x, box.y() + 36, Face.words(11), Tone.MUTED);
            }
            case NAMES -> {
                Face face = Face.words(16);
                // many functions are of one kind: an address is what tells them apart, and short enough
                boolean address = device.title().isEmpty()
                        || PciAddress.parse(device.name()).isPresent();
                Face own = address ? Face.mono(16) : face;
                String name = address ? device.name() : device.title();
                pen.text(pen.fit(name, own, Math.min(above, below)), x, box.middleY() + 6, own, Tone.TEXT);
            }
            case SHAPES -> {}
        }
    }

    /** What pills take of the line of the name, or of the one below. */
    private double taken(Box device, boolean above) {
        return scene.pillsIn(device).stream()
                .filter(pill -> pill.middleY() < device.middleY() == above)
                .mapToDouble(pill -> pill.width() + 4)
                .sum();
    }

    private String name(Moment.DeviceView device, double room) {
        return pen.fit(device.name(), Face.mono(12), room);
    }

    private static String subtitle(Moment.DeviceView device) {
        String title = device.title().isEmpty() ? device.driver() : device.title();
        String state = device.driver().isEmpty() ? "no driver" : device.active() ? "" : "suspended";
        return title.isEmpty() || state.isEmpty() ? title + state : title + " · " + state;
    }

    /** Returns the width that it took. */
    private double picture(Moment.Screen screen, Box box) {
        double cell = Math.max(
                1, Math.floor(Math.min(PICTURE_WIDTH / screen.columns(), (box.height() - 12) / screen.rows()) * 2) / 2);
        double width = cell * screen.columns();
        double height = cell * screen.rows();
        double left = box.right() - 8 - width;
        double top = Math.round(box.middleY() - height / 2);
        pen.fillBox(left, top, width, height, 0, Ink.of(Tone.BACKGROUND));
        for (int i = 0; i < screen.cells().size(); i++) {
            int rgb = screen.cells().get(i);
            if (rgb >= 0) {
                double x = left + i % screen.columns() * cell;
                int row = i / screen.columns();
                double y = top + row * cell;
                // neighbours overlap a little, or the ground shines through the seams at odd zooms
                double more = i % screen.columns() < screen.columns() - 1 ? 0.6 : 0;
                pen.fillData(
                        x,
                        y,
                        cell + more,
                        cell + (i + screen.columns() < screen.cells().size() ? 0.6 : 0),
                        rgb);
            }
        }
        Tone edge = screen.wrong() > 0 ? Tone.DANGER : Tone.MUTED;
        pen.strokeBox(left - 1.5, top - 1.5, width + 3, height + 3, 2, Line.solid(edge, 1.2));
        return width + 3;
    }

    void platform(Box box, boolean used) {
        pen.fillBox(box.x(), box.y(), box.width(), box.height(), 12, Ink.of(Tone.PANEL));
        Line line = used ? Line.solid(Tone.PLATFORM, 1.6) : Line.solid(Tone.HAIRLINE, 1.4);
        pen.strokeBox(box.x(), box.y(), box.width(), box.height(), 12, line);
        if (detail == Detail.SHAPES) {
            return;
        }
        double baseline = box.middleY() + 4.5;
        Face face = Face.words(detail == Detail.FULL ? 12.5 : 16).strong();
        pen.text("Platform DMA ops", box.x() + 14, baseline, face, used ? Tone.TEXT : Tone.MUTED);
        if (detail == Detail.FULL) {
            pen.text(
                    Moment.DmaOpsKind.DIRECT.text(),
                    box.right() - 14,
                    baseline,
                    Face.mono(11),
                    Ink.of(Tone.MUTED),
                    Pen.Align.END);
        }
    }
}
