package org.iommulab.scenario;

/**
 * An expectation of the scenario, judged.
 *
 * @param what {@code outcome}, {@code result of 'DRM binds'}, {@code log line}
 * @param expected what the scenario says for this kernel
 * @param actual what happened
 * @param met whether they agree
 */
public record Judgement(String what, String expected, String actual, boolean met) {}
