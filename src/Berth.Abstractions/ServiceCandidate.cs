namespace Berth;

/// <summary>A plugin version that could answer the calls of a service.</summary>
/// <param name="Slug">The providing plugin.</param>
/// <param name="Version">Its version, SemVer 2.0.0.</param>
/// <param name="Rank">1 is asked first; 0 is never asked.</param>
/// <param name="IsOwn">Whether it is the version that the calling user installed.</param>
/// <param name="State">The state of its instance on this node, for example <c>loaded</c>, or <c>not_loaded</c>.</param>
/// <param name="Reason">Why it has this rank, as a sentence.</param>
public sealed record ServiceCandidate(string Slug, string Version, int Rank, bool IsOwn, string State, string Reason);
