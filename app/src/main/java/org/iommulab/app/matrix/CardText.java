package org.iommulab.app.matrix;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.iommulab.explore.breaks.Cell;
import org.iommulab.explore.breaks.Effect;

/**
 * What is said about a cell.
 *
 * @param title what was taken from whom
 * @param subtitle the story that shows it best, the kernel, and where the run parts from the unbroken one
 * @param verdict what came of it
 * @param links the way there, step by step
 * @param foot what the other stories say
 */
record CardText(String title, String subtitle, Mark mark, String verdict, List<Link> links, String foot) {
    /** @param step in the broken run; 0 where there is none to name */
    record Link(int step, String words) {}

    CardText {
        links = List.copyOf(links);
    }

    static CardText of(Place place, Grid grid) {
        Cell cell = place.worst();
        String kernel = cell.level().spec();
        String who = grid.name(place.subject());
        String what = place.callback().kernelName();
        return switch (cell.effect()) {
            case NOT_THERE ->
                new CardText(
                        who + " has no " + what,
                        kernel,
                        Mark.NOT_THERE,
                        "There is nothing to take away.",
                        List.of(),
                        "");
            case NEVER_CALLED ->
                new CardText(
                        who + " without " + what,
                        kernel,
                        Mark.NEVER_CALLED,
                        "Nothing asks for it in " + stories(place) + ".",
                        List.of(),
                        "");
            default ->
                new CardText(
                        title(who, what, cell),
                        subtitle(cell, kernel),
                        place.mark(),
                        verdict(cell),
                        links(cell),
                        foot(place));
        };
    }

    private static String title(String who, String what, Cell cell) {
        return cell.tampering().isRemoval()
                ? who + " without " + what
                : who + ", " + what + ": " + cell.tampering().words();
    }

    private static String subtitle(Cell cell, String kernel) {
        String where = cell.divergence()
                .map(place -> " · differs from step " + place.broken())
                .orElse("");
        return cell.storyName() + " · " + kernel + where;
    }

    private static String verdict(Cell cell) {
        if (cell.effect() == Effect.NO_EFFECT) {
            return "The run does without it.";
        }
        return CellWords.outcome(cell);
    }

    private static List<Link> links(Cell cell) {
        var links = new ArrayList<Link>();
        cell.chain().forEach(link -> links.add(new Link(link.step(), link.words())));
        return links;
    }

    private static String foot(Place place) {
        if (place.cells().size() == 1) {
            return "";
        }
        var parts = new ArrayList<String>();
        for (Map.Entry<Effect, Integer> one : place.tally().entrySet()) {
            parts.add(one.getValue() + " " + one.getKey().word());
        }
        return "The worst of " + place.cells().size() + ": " + String.join(", ", parts);
    }

    private static String stories(Place place) {
        int count = place.cells().size();
        return count == 1 ? "its one story" : "any of its " + count + " stories";
    }

    /** The card as lines. */
    List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add(title);
        lines.add(subtitle);
        lines.add(verdict);
        links.forEach(
                link -> lines.add("-> " + link.words() + (link.step() == 0 ? "" : " (step " + link.step() + ")")));
        if (!foot.isEmpty()) {
            lines.add(foot);
        }
        return lines;
    }
}
