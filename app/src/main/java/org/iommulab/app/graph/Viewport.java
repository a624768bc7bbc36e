package org.iommulab.app.graph;

/** Which part of the picture is in the window, and how large. Plain numbers, no window needed. */
final class Viewport {
    static final double SMALLEST = 0.15;
    static final double LARGEST = 4;
    /** Below this a whole picture that fits could not be read; then only its width is fitted. */
    static final double READABLE = 0.7;

    private static final double COMFORTABLE = 1.3;

    private double zoom = 1;
    private double x;
    private double y;
    private boolean moved;

    double zoom() {
        return zoom;
    }

    /** Where the picture's left edge is in the window. */
    double x() {
        return x;
    }

    double y() {
        return y;
    }

    /** Whether a person has moved it since it was fitted. */
    boolean moved() {
        return moved;
    }

    /**
     * Shows the whole picture, or its top where the whole would be too small to read.
     *
     * @param scale how much larger than usual a picture may be that has more room than it needs
     */
    void fit(double pictureWidth, double pictureHeight, double width, double height, double scale) {
        double byWidth = width / pictureWidth;
        double whole = Math.min(byWidth, height / pictureHeight);
        zoom = Math.clamp(Math.max(whole, Math.min(byWidth, READABLE)), SMALLEST, COMFORTABLE * scale);
        x = Math.round((width - pictureWidth * zoom) / 2);
        y = Math.max(0, Math.round((height - pictureHeight * zoom) / 2));
        moved = false;
    }

    void pan(double dx, double dy) {
        x += dx;
        y += dy;
        moved = true;
    }

    /** What is under this place of the window stays under it. */
    void zoomAt(double factor, double atX, double atY) {
        double next = Math.clamp(zoom * factor, SMALLEST, LARGEST);
        x = atX - (atX - x) * next / zoom;
        y = atY - (atY - y) * next / zoom;
        zoom = next;
        moved = true;
    }

    double pictureX(double windowX) {
        return (windowX - x) / zoom;
    }

    double pictureY(double windowY) {
        return (windowY - y) / zoom;
    }

    /** Moves it as little as is needed for this to be in the window. */
    void reveal(org.iommulab.graph.Box box, double width, double height) {
        double dx = shift(box.x() * zoom + x, box.right() * zoom + x, width);
        double dy = shift(box.y() * zoom + y, box.bottom() * zoom + y, height);
        if (dx != 0 || dy != 0) {
            pan(dx, dy);
        }
    }

    /** The same without a person's doing: it still counts as fitted if it was. */
    void bring(org.iommulab.graph.Box box, double width, double height) {
        boolean before = moved;
        reveal(box, width, height);
        moved = before;
    }

    private static double shift(double from, double to, double size) {
        double margin = 12;
        return from < margin ? margin - from : to > size - margin ? Math.max(size - margin - to, margin - from) : 0;
    }
}
