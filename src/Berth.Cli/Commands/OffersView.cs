using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary>Shows what a server offers to plugins of its machine, or would with a data folder's settings: what cannot be used is no finding, only what one has to know.</summary>
internal static class OffersView
{
    /// <summary>An offer a line; what to do below it.</summary>
    public static void Show(Report report, IReadOnlyList<OfferEntry> offers)
    {
        foreach (var offer in offers)
            report.Data(new OfferOutput("offer", offer.Kind, offer.Name, offer.Path, offer.Access, offer.Usable, offer.Reason, offer.Remedy), Text(offer));
    }

    private static IEnumerable<string> Text(OfferEntry offer) =>
    [
        $"offered {offer.Kind} {offer.Name}: {offer.Path} ({offer.Access}): {(offer.Usable ? "usable" : $"not usable: {offer.Reason}")}",
        .. offer.Remedy is { } remedy ? (string[])[$"  remedy: {remedy}"] : [],
    ];

    private sealed record OfferOutput(string Type, string Kind, string Name, string Path, string Access, bool Usable, string? Reason, string? Remedy) : JsonOutput;
}
