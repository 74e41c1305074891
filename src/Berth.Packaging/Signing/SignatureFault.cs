namespace Berth.Packaging.Signing;

/// <summary>Why a signature or a key is refused.</summary>
/// <param name="Code">One of <see cref="SignatureFaultCodes"/>.</param>
/// <param name="Reason">One or two sentences for a person, with the next step.</param>
public sealed record SignatureFault(string Code, string Reason);
