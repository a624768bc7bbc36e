package org.iommulab.handover;

import java.util.List;
import java.util.Optional;
import org.iommulab.board.World;
import org.iommulab.capture.machine.MachineFile;
import org.iommulab.graph.Moment;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelDeath;
import org.iommulab.scenario.CallbackList;
import org.iommulab.scenario.Chapter;
import org.iommulab.scenario.Judgement;
import org.iommulab.scenario.Outcome;
import org.iommulab.scenario.Run;
import org.iommulab.scenario.RunMoments;
import org.iommulab.scenario.Verdict;
import org.iommulab.sim.Recording;
import org.iommulab.words.KernelLogText;

/** A hand-over that was played and recorded. */
public final class HandedRun implements Run {
    private final MachineFile file;
    private final String device;
    private final World world;
    private final Recording recording;
    private final RunMoments moments;
    private final List<Chapter> chapters;
    private final Optional<String> refusal;
    private final Outcome outcome;
    private final long nanos;

    HandedRun(
            MachineFile file,
            String device,
            World world,
            List<Chapter> chapters,
            Optional<String> refusal,
            Optional<KernelDeath> death,
            long nanos) {
        this.file = file;
        this.device = device;
        this.world = world;
        this.recording = world.machine().finish();
        this.moments = new RunMoments(world, recording);
        this.chapters = List.copyOf(chapters);
        this.refusal = refusal;
        this.nanos = nanos;
        this.outcome = Verdict.of(
                recording,
                moments.rules(),
                refusal.map(why -> "refused at '" + why + "'").stream().toList(),
                death);
    }

    /** The part in which the hand-over was refused, and with what; empty when the device was handed over. */
    public Optional<String> refusal() {
        return refusal;
    }

    /** How the log's blocks look on this machine. */
    public KernelLogText.Form logForm() {
        KernelLogText.Arch arch = file.arm64() ? KernelLogText.Arch.ARM64 : KernelLogText.Arch.X86;
        return new KernelLogText.Form(arch, true, kernel().version());
    }

    @Override
    public String title() {
        return device + " of " + file.name() + " is handed to user space";
    }

    @Override
    public KernelBuild kernel() {
        return world.kernel().build();
    }

    @Override
    public String boardLine() {
        return "a captured machine, played · " + file.kernelWords();
    }

    @Override
    public Recording recording() {
        return recording;
    }

    @Override
    public Outcome outcome() {
        return outcome;
    }

    @Override
    public List<Chapter> chapters() {
        return chapters;
    }

    @Override
    public List<String> brokenRules() {
        return moments.rules().brokenRules();
    }

    @Override
    public List<Judgement> judgements() {
        return List.of();
    }

    @Override
    public List<CallbackEntry> callbacks() {
        return CallbackList.of(world);
    }

    @Override
    public Moment momentAt(int step) {
        return moments.at(step);
    }

    @Override
    public long nanos() {
        return nanos;
    }
}
