using Berth.Host.Offers;

namespace Berth.Server.Apis;

/// <summary>What is offered to plugins, as JSON: over HTTP and from <c>berth-server doctor</c> the same.</summary>
internal static class OfferShapes
{
    /// <summary>One folder or program.</summary>
    public static object Of(OfferState offer) => new { offer.Kind, offer.Name, offer.Path, offer.Access, usable = offer.IsUsable, offer.Reason, offer.Remedy };

    /// <summary>The same as a line of an examination.</summary>
    public static object Line(OfferState offer) => new { type = "offer", offer.Kind, offer.Name, offer.Path, offer.Access, usable = offer.IsUsable, offer.Reason, offer.Remedy };
}
