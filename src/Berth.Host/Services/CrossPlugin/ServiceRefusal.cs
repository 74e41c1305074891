namespace Berth.Host.Services.CrossPlugin;

/// <summary>Why a consumer may not use a service.</summary>
/// <param name="Code">Stable and dotted.</param>
/// <param name="Reason">For people, with what to do next.</param>
internal sealed record ServiceRefusal(string Code, string Reason);
