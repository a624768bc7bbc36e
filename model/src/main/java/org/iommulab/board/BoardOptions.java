package org.iommulab.board;

import java.util.Set;
import java.util.TreeSet;
import org.iommulab.kernel.KernelBuild;

/** The options that a kernel for a board can be built with. */
public final class BoardOptions {
    private BoardOptions() {}

    /** The board's own, and the what-ifs of its architecture; without {@code CONFIG_}. */
    public static Set<String> of(Board board) {
        var options = new TreeSet<>(board.config().keySet());
        if (board.architecture() == Architecture.ARM32) {
            options.add(KernelBuild.ARM_DMA_IOMMU);
        }
        return options;
    }
}
