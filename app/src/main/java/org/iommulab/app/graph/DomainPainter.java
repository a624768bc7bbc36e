package org.iommulab.app.graph;

import java.util.Set;
import java.util.stream.Collectors;
import org.iommulab.app.draw.Curve;
import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.KindLook;
import org.iommulab.app.draw.Line;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.app.words.Sizes;
import org.iommulab.graph.Box;
import org.iommulab.graph.Moment.DomainView;
import org.iommulab.graph.Route;

/** Draws a domain: its kind by colour, shape and word, its size, and whether it is still there. */
final class DomainPainter {
    private static final double PADDING = 14;
    private static final int PAGE_SHIFT = 12;
    /** From here on, where nobody mapped them one by one, their size says more than their number. */
    private static final long MANY_PAGES = 1 << 20;

    private final Pen pen;
    private final Detail detail;
    private final Set<Integer> used;

    DomainPainter(Pen pen, GraphScene scene, Detail detail) {
        this.pen = pen;
        this.detail = detail;
        this.used = scene.layout().routes().stream().map(Route::to).collect(Collectors.toSet());
    }

    void domain(DomainView domain, Box box) {
        Tone tone = domain.freed() ? Tone.DANGER : KindLook.tone(domain.kind());
        pen.fillBox(box.x(), box.y(), box.width(), box.height(), 12, Ink.of(Tone.PANEL));
        Line edge = domain.freed() ? Line.dashed(tone, 1.6) : Line.solid(tone, 1.6);
        if (!used.contains(domain.id()) && domain.clients().isEmpty()) { // nobody is there: it waits
            edge = edge.faded(0.45);
        }
        pen.strokeBox(box.x(), box.y(), box.width(), box.height(), 12, edge);
        if (detail == Detail.SHAPES) {
            KindLook.glyph(pen, domain.kind(), box.middleX(), box.middleY(), 16);
            return;
        }
        double left = box.x() + PADDING;
        if (detail == Detail.NAMES) {
            KindLook.glyph(pen, domain.kind(), left + 7, box.middleY(), 7);
            label(
                    domain,
                    left + 24,
                    box.right() - PADDING,
                    box.middleY() + 6,
                    Face.words(16).strong());
            return;
        }
        KindLook.glyph(pen, domain.kind(), left + 6, box.y() + 23, 5.5);
        String word = domain.freed() ? "freed" : KindLook.word(domain.kind());
        Face face = Face.words(12.5).strong();
        double end = box.right() - PADDING - pen.width(word, Face.words(11)) - 8;
        // a long name takes the whole first line; those that have one have no table to tell of in the second
        boolean tooLong = domain.tableBase() == 0 && pen.width(domain.label(), face) > end - left - 20;
        pen.text(
                word,
                box.right() - PADDING,
                box.y() + (tooLong ? 51 : 27),
                Face.words(11),
                Ink.of(tone),
                Pen.Align.END);
        label(
                domain,
                left + 20,
                tooLong ? box.right() - PADDING : end,
                box.y() + 27,
                tooLong ? Face.words(11.5).strong() : face);
        String base = domain.tableBase() == 0 ? "" : Hex.grouped(domain.tableBase());
        double taken = tooLong ? pen.width(word, Face.words(11)) : pen.width(base, Face.mono(11));
        double room = box.width() - 2 * PADDING - taken - (taken == 0 ? 0 : 8);
        boolean full = pen.width(size(domain), Face.words(11)) <= room;
        pen.text(full ? size(domain) : pages(domain), left, box.y() + 51, Face.words(11), Tone.MUTED);
        pen.text(base, box.right() - PADDING, box.y() + 51, Face.mono(11), Ink.of(Tone.MUTED), Pen.Align.END);
    }

    private static String size(DomainView domain) {
        String without = withoutTables(domain);
        if (!without.isEmpty()) {
            return without;
        }
        String pages = pages(domain);
        // what the IOMMU driver has noted: neither the core's belief nor the hardware
        int clients = domain.clients().size();
        return clients == 0 ? pages : pages + " · " + clients + (clients == 1 ? " client" : " clients");
    }

    private static String withoutTables(DomainView domain) {
        if (domain.tables() > 0 || domain.pages() > 0 || domain.tableBase() != 0) {
            return "";
        }
        return switch (domain.kind()) {
            case IDENTITY -> "addresses pass untouched";
            case BLOCKED -> "nothing passes";
            case UNMANAGED, DMA, DMA_FQ -> domain.pages() == DomainView.NOT_TOLD ? "tables not known" : "";
            case PLATFORM -> "as the platform has it";
        };
    }

    private static String pages(DomainView domain) {
        return domain.pages() >= MANY_PAGES
                ? Sizes.of(domain.pages() << PAGE_SHIFT)
                : domain.pages() + (domain.pages() == 1 ? " page" : " pages");
    }

    private void label(DomainView domain, double left, double right, double baseline, Face face) {
        String label = pen.fit(domain.label(), face, right - left);
        pen.text(label, left, baseline, face, domain.freed() ? Tone.MUTED : Tone.TEXT);
        if (domain.freed()) {
            double y = baseline - face.size() * 0.34;
            pen.stroke(Curve.from(left, y).to(left + pen.width(label, face), y).end(), Line.solid(Tone.DANGER, 1.4));
        }
    }
}
