package org.iommulab.handover;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.KernelDeath;
import org.iommulab.scenario.Chapter;
import org.iommulab.scenario.StoryAct;
import org.iommulab.sim.Machine;

/** Does one thing after the other and keeps each as a chapter of the recording. */
final class Teller {
    private final Machine machine;
    private final Kernel kernel;
    private final List<Chapter> chapters = new ArrayList<>();

    Teller(Kernel kernel) {
        this.machine = kernel.machine();
        this.kernel = kernel;
    }

    /**
     * A chapter.
     *
     * @param words what happens here, one or two sentences
     * @param deed returns 0 or more, or a negative errno
     * @return what the deed returned
     */
    long tell(String title, String words, LongSupplier deed) {
        int first = machine.steps() + 1;
        try {
            long result = StoryAct.tell(machine, title, () -> {
                long done = deed.getAsLong();
                kernel.work().drain();
                return done;
            });
            keep(title, words, first, Errno.describe(result));
            return result;
        } catch (KernelDeath death) {
            machine.unwind();
            keep(title, words, first, death.kind() == KernelDeath.Kind.HANG ? "hang" : "oops");
            throw death;
        }
    }

    private void keep(String title, String words, int first, String result) {
        chapters.add(new Chapter(chapters.size(), title, words, first, machine.steps(), result));
    }

    List<Chapter> chapters() {
        return List.copyOf(chapters);
    }
}
