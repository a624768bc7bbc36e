package org.iommulab.explore.compare;

import org.iommulab.scenario.PlayedRun;
import org.iommulab.scenario.Run;
import org.iommulab.words.KernelLogText;

/**
 * One of the runs that are compared.
 *
 * @param title what tells it from the others: its kernel, its command line, its lane
 * @param logForm how its kernel log looks
 */
public record Side(String title, Run run, KernelLogText.Form logForm) {
    public static Side of(String title, Run run) {
        return new Side(
                title,
                run,
                run instanceof PlayedRun played
                        ? played.logForm()
                        : new KernelLogText.Form(
                                KernelLogText.Arch.ARM64, true, run.kernel().version()));
    }
}
