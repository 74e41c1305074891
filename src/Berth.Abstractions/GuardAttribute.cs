namespace Berth;

/// <summary>
/// Endpoint metadata: the request must pass these guards, in this order. A group's guards are asked before those of its
/// endpoints, an attribute's before those of <see cref="PluginEndpointExtensions.RequireGuard{TBuilder}"/>.
/// </summary>
/// <remarks>
/// Works on the method or lambda of a minimal API: <c>endpoints.MapGet("/notes", [Guard("owner")] (NoteBook book) => …)</c>.
/// A name that the plugin neither declares nor adds denies.
/// </remarks>
/// <param name="guards">Names of guards, as the manifest or <see cref="PluginServiceCollectionExtensions.AddGuard{TGuard}"/> has them.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class GuardAttribute(params string[] guards) : Attribute
{
    /// <summary>The guards, in the order in which they are asked.</summary>
    public IReadOnlyList<string> Guards { get; } = [.. guards];

    /// <inheritdoc />
    public override string ToString() => $"Guard: {string.Join(", ", Guards)}";
}
