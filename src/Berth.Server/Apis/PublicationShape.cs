using Berth.Registry.Publishing;

namespace Berth.Server.Apis;

/// <summary>Publishes as the registry's answers show them.</summary>
internal static class PublicationShape
{
    public static string AddressOf(HttpContext context, string id) => $"{context.Request.PathBase}/api/v1/operations/{id}";

    public static object Of(HttpContext context, Publication publication) => new
    {
        publication.Id,
        operation_id = publication.Id,
        kind = "publish",
        publication.State,
        plugin_slug = publication.Slug,
        publication.Slug,
        publication.Version,
        publication.Digest,
        publication.Stages,
        error = publication.Error is { } error ? new { error.Code, error.Message, errors = error.Faults } : null,
        has_ended = publication.HasEnded,
        location = AddressOf(context, publication.Id),
        // There is something to look at once the version is kept.
        result = publication.State is PublicationState.Running or PublicationState.Refused
            ? null : $"{context.Request.PathBase}/api/v1/plugins/{publication.Slug}/{Uri.EscapeDataString(publication.Version)}",
        publication.CreatedAt,
        publication.UpdatedAt,
    };
}
