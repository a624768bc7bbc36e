package org.iommulab.app.export;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An animated PNG; each frame holds only what changed. */
final class ApngFrames implements Frames {
    @SuppressWarnings("ArrayRecordComponent") // bytes on their way to a file
    private record Frame(Raster.Part part, byte[] packed, int milliseconds) {
        Frame longer(int more) {
            return new Frame(part, packed, milliseconds + more);
        }
    }

    private final List<Frame> frames = new ArrayList<>();
    private @Nullable Raster last;

    @Override
    public void add(Raster frame, int milliseconds) {
        Raster.Part part = last == null ? new Raster.Part(0, 0, frame.width(), frame.height()) : frame.changed(last);
        last = frame;
        if (part == null) { // the same picture stays longer
            frames.set(frames.size() - 1, frames.getLast().longer(milliseconds));
        } else {
            frames.add(new Frame(part, Png.packed(frame, part), milliseconds));
        }
    }

    @Override
    public byte[] end() {
        if (frames.isEmpty()) {
            throw new IllegalStateException("an animation without frames");
        }
        Raster.Part whole = frames.getFirst().part();
        Png png = new Png().head(whole.width(), whole.height());
        png.chunk("acTL", ByteBuffer.allocate(8).putInt(frames.size()).putInt(0).array());
        int sequence = 0;
        for (Frame frame : frames) {
            png.chunk("fcTL", control(sequence++, frame));
            if (frame == frames.getFirst()) {
                png.chunk("IDAT", frame.packed());
            } else {
                png.chunk(
                        "fdAT",
                        ByteBuffer.allocate(4 + frame.packed().length)
                                .putInt(sequence++)
                                .put(frame.packed())
                                .array());
            }
        }
        return png.end();
    }

    private static byte[] control(int sequence, Frame frame) {
        Raster.Part part = frame.part();
        return ByteBuffer.allocate(26)
                .putInt(sequence)
                .putInt(part.width())
                .putInt(part.height())
                .putInt(part.x())
                .putInt(part.y())
                .putShort((short) Math.min(65_535, frame.milliseconds()))
                .putShort((short) 1000)
                .put((byte) 0) // leave it there
                .put((byte) 0) // put it over what is there
                .array();
    }
}
