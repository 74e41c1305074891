using Berth.Host.Observability;

namespace Berth.Host.Tests.Observability;

public sealed class PluginLabelsTests
{
    [Fact]
    public void A_thousand_plugins_have_two_hundred_labels_and_one_for_the_rest()
    {
        var labels = new PluginLabels(new MetricsOptions());
        var slugs = Enumerable.Range(0, 1_000).Select(i => $"Plugin{i}").ToList();

        var given = slugs.AsParallel().Select(labels.Of).ToHashSet(StringComparer.Ordinal);

        given.Count.ShouldBe(201);
        given.ShouldContain(PluginLabels.Other);
        slugs.Count(slug => labels.Of(slug) == slug).ShouldBe(200, "a label that was given stays");
    }

    [Fact]
    public void What_was_only_asked_for_takes_nobodys_label()
    {
        var labels = new PluginLabels(new MetricsOptions { MostPlugins = 1 });
        labels.OfAsked("NotThere").ShouldBe("other");
        labels.Of("Notes").ShouldBe("Notes");
        labels.OfAsked("Notes").ShouldBe("Notes");
    }
}
