package org.iommulab.app.export;

import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.scenario.Outcome;
import org.iommulab.scenario.Run;

/** Which story, which kernel, which step, how it ends. */
record HeaderPart(Run run, int step) implements Painting {
    @Override
    public void paint(Pen pen, double width, double height) {
        pen.fillBox(0, 0, width, height, 0, Ink.of(Tone.PANEL));
        pen.fillBox(0, height - 1, width, 1, 0, Ink.of(Tone.HAIRLINE));
        double baseline = height / 2 + 6;
        Outcome outcome = run.outcome();
        Tone tone = outcome instanceof Outcome.Ok ? Tone.IDENTITY : Tone.DANGER;
        Face small = Face.words(12.5);
        String ends = "ends: " + pen.fit(outcome.text(), small.strong(), width * 0.28);
        pen.text(ends, width - 20, baseline - 1, small.strong(), Ink.of(tone), Pen.Align.END);
        double right = width - 20 - pen.width(ends, small.strong()) - 24;
        String steps = step + " / " + run.recording().length();
        Face mono = Face.mono(12.5);
        pen.text(steps, right, baseline - 1, mono, Ink.of(Tone.TEXT), Pen.Align.END);
        right -= pen.width(steps, mono) + 8;
        pen.text("step", right, baseline - 1, small, Ink.of(Tone.MUTED), Pen.Align.END);
        right -= 56;
        String kernel = "Linux " + run.kernel().spec();
        double kernelWidth = pen.width(kernel, mono) + 24;
        right -= kernelWidth;
        pen.fillBox(right, height / 2 - 15, kernelWidth, 30, 6, Ink.of(Tone.SOFT));
        pen.text(kernel, right + 12, baseline - 1, mono, Tone.TEXT);
        Face title = Face.words(18).strong();
        pen.text(pen.fit(run.title(), title, right - 40), 20, baseline, title, Tone.TEXT);
    }
}
