package org.iommulab.app.sample;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.iommulab.app.draw.Curve;
import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Line;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.TextMetrics;
import org.iommulab.app.draw.Theme;

/** Notes where text and boxes come to lie, in the coordinates of the picture. */
public final class RecordingPen implements Pen {
    /** Something drawn; a text is as high as its capitals. */
    public record Mark(String text, double left, double top, double right, double bottom) {
        public boolean overlaps(Mark other) {
            return left < other.right - 0.5
                    && other.left < right - 0.5
                    && top < other.bottom - 0.5
                    && other.top < bottom - 0.5;
        }
    }

    private record Frame(double x, double y, double left, double top, double right, double bottom, double degrees) {
        Frame at(double newX, double newY) {
            return new Frame(newX, newY, left, top, right, bottom, degrees);
        }
    }

    private final Theme theme;
    private final List<Mark> texts = new ArrayList<>();
    private final List<Mark> boxes = new ArrayList<>();
    private final List<Mark> slanted = new ArrayList<>();
    private final List<Mark> slantedRooms = new ArrayList<>();
    private final Deque<Frame> saved = new ArrayDeque<>();
    private Frame frame = new Frame(0, 0, -1e9, -1e9, 1e9, 1e9, 0);

    public RecordingPen(Theme theme) {
        this.theme = theme;
    }

    public List<Mark> texts() {
        return texts;
    }

    public List<Mark> boxes() {
        return boxes;
    }

    /** The box round each text that was turned, in the coordinates of the picture. */
    public List<Mark> slantedRooms() {
        return slantedRooms;
    }

    /** Every two texts that lie on one another; of those that were turned, by one angle each. */
    public List<String> overlaps() {
        var found = new ArrayList<String>();
        overlaps(texts, found);
        overlaps(slanted, found);
        return found;
    }

    private static void overlaps(List<Mark> marks, List<String> found) {
        for (int i = 0; i < marks.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (marks.get(i).overlaps(marks.get(j))) {
                    found.add(marks.get(i) + " and " + marks.get(j));
                }
            }
        }
    }

    /** Notes a turned text in coordinates that are turned as it is, and the box that it fills on the picture. */
    private void addSlanted(String text, double left, double top, double right, double bottom) {
        double angle = Math.toRadians(frame.degrees);
        double cos = Math.cos(angle);
        double sin = Math.sin(angle);
        double u = frame.x * cos + frame.y * sin;
        double v = frame.y * cos - frame.x * sin;
        slanted.add(new Mark(text, u + left, v + top, u + right, v + bottom));
        double[] xs = {
            left * cos - top * sin, right * cos - top * sin, left * cos - bottom * sin, right * cos - bottom * sin
        };
        double[] ys = {
            left * sin + top * cos, right * sin + top * cos, left * sin + bottom * cos, right * sin + bottom * cos
        };
        slantedRooms.add(new Mark(
                text,
                frame.x + Arrays.stream(xs).min().orElseThrow(),
                frame.y + Arrays.stream(ys).min().orElseThrow(),
                frame.x + Arrays.stream(xs).max().orElseThrow(),
                frame.y + Arrays.stream(ys).max().orElseThrow()));
    }

    private void box(double x, double y, double width, double height) {
        add(boxes, "", x, y, x + width, y + height);
    }

    private void add(List<Mark> marks, String text, double left, double top, double right, double bottom) {
        double l = Math.max(left + frame.x, frame.left);
        double t = Math.max(top + frame.y, frame.top);
        double r = Math.min(right + frame.x, frame.right);
        double b = Math.min(bottom + frame.y, frame.bottom);
        if (l < r && t < b) {
            marks.add(new Mark(text, l, t, r, b));
        }
    }

    @Override
    public Theme theme() {
        return theme;
    }

    @Override
    public void fillBox(double x, double y, double width, double height, double radius, Ink ink) {
        box(x, y, width, height);
    }

    @Override
    public void strokeBox(double x, double y, double width, double height, double radius, Line line) {
        box(x, y, width, height);
    }

    @Override
    public void fillCircle(double x, double y, double radius, Ink ink) {
        box(x - radius, y - radius, 2 * radius, 2 * radius);
    }

    @Override
    public void strokeCircle(double x, double y, double radius, Line line) {
        box(x - radius, y - radius, 2 * radius, 2 * radius);
    }

    @Override
    public void stroke(Curve curve, Line line) {}

    @Override
    public void fill(Curve curve, Ink ink) {}

    @Override
    public void text(String text, double x, double baseline, Face face, Ink ink, Align align) {
        double width = width(text, face);
        double left = switch (align) {
            case START -> x;
            case MIDDLE -> x - width / 2;
            case END -> x - width;
        };
        if (frame.degrees == 0) {
            add(texts, text, left, baseline - 0.75 * face.size(), left + width, baseline);
        } else {
            addSlanted(text, left, baseline - 0.75 * face.size(), left + width, baseline);
        }
    }

    @Override
    public void fillData(double x, double y, double width, double height, int rgb) {
        box(x, y, width, height);
    }

    @Override
    public double width(String text, Face face) {
        return TextMetrics.width(text, face);
    }

    @Override
    public void clip(double x, double y, double width, double height) {
        frame = new Frame(
                frame.x,
                frame.y,
                Math.max(frame.left, x + frame.x),
                Math.max(frame.top, y + frame.y),
                Math.min(frame.right, x + width + frame.x),
                Math.min(frame.bottom, y + height + frame.y),
                frame.degrees);
    }

    @Override
    public void save() {
        saved.push(frame);
    }

    @Override
    public void translate(double x, double y) {
        frame = frame.at(frame.x + x, frame.y + y);
    }

    @Override
    public void scale(double factor) {
        throw new UnsupportedOperationException("no pane scales");
    }

    @Override
    public void rotate(double degrees) {
        frame = new Frame(frame.x, frame.y, frame.left, frame.top, frame.right, frame.bottom, degrees);
    }

    @Override
    public void restore() {
        frame = saved.pop();
    }
}
