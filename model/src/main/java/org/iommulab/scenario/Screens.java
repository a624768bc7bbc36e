package org.iommulab.scenario;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.consumer.Frame;
import org.iommulab.consumer.Master;
import org.iommulab.dma.DmaBuffer;
import org.iommulab.kernel.Errno;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/** Pictures on displays: the frame buffers that stories draw into, and the devices that show them. */
final class Screens {
    private static final Term DRAW = Term.hex("the CPU draws the frame");

    private final World world;
    private final List<DmaBuffer> frames = new ArrayList<>();

    Screens(World world) {
        this.world = world;
    }

    /** The frames that it knows now, for going back. */
    Screens copy() {
        var copy = new Screens(world);
        copy.frames.addAll(frames);
        return copy;
    }

    /** 0 for the right picture, -EIO for a wrong one, -ENOMEM without a frame buffer, -ENODEV without a display. */
    long show(Device device, Action.Pattern pattern) {
        if (isUnboundComponent(device)) {
            return Errno.ENODEV.negative();
        }
        Master master = world.masters().get(device.label());
        if (master == null || master.ports().isEmpty()) {
            throw new StoryBroken("'" + device.label() + "' does no DMA");
        }
        DmaBuffer frame = world.dma().allocate(device, Master.ROWS * Master.STRIDE);
        if (!frame.isMapped()) {
            return Errno.ENOMEM.negative();
        }
        frames.add(frame);
        List<Integer> cells = Frame.valueOf(pattern.name()).cells();
        draw(frame, cells);
        if (!master.screenOn().get()) {
            master.screenOn().set(true);
            device.power().get(world.kernel());
        }
        return master.scanOut(frame.address(), cells) == 0 ? 0 : Errno.EIO.negative();
    }

    // Once Exynos DRM is there, a picture goes through it: a bind that failed leaves no display to draw on.
    private boolean isUnboundComponent(Device device) {
        return world.drm()
                .filter(drm -> world.bus().isRegistered(drm) && !drm.isBound())
                .filter(drm -> world.board().drm().orElseThrow().components().contains(device.label()))
                .isPresent();
    }

    private void draw(DmaBuffer frame, List<Integer> cells) {
        for (int i = 0; i < cells.size(); i++) {
            long address = frame.physical() + i / Master.COLUMNS * Master.STRIDE + 4L * (i % Master.COLUMNS);
            world.site().memory().write32(address, cells.get(i));
        }
        world.machine().emit(EventKind.MEMORY, Lane.DRIVER, DRAW, frame, frame.physical(), frame.bytes());
    }

    /** What a driver does before it goes: it frees its frame buffers and lets the device sleep. */
    void switchOff(Device device) {
        for (DmaBuffer frame : List.copyOf(frames)) {
            if (frame.device() == device) {
                world.dma().release(frame);
                frames.remove(frame);
            }
        }
        Master master = world.masters().get(device.label());
        if (master != null && master.screenOn().get()) {
            master.screenOn().set(false);
            device.power().put(world.kernel());
        }
    }
}
