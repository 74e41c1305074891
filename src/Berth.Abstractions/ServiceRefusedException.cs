namespace Berth;

/// <summary>A plugin asked for a service that it may not use. Asking again changes nothing until a manifest, a trust level or a grant changes.</summary>
public sealed class ServiceRefusedException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="token">The service.</param>
    /// <param name="code">Stable and dotted, for example <c>service.not_declared</c>.</param>
    /// <param name="reason">Why, and what to do, as a sentence.</param>
    public ServiceRefusedException(string token, string code, string reason)
        : base($"The service '{token}' is refused ({code}): {reason}")
    {
        Token = token;
        Code = code;
        Reason = reason;
    }

    /// <summary>The service's token.</summary>
    public string Token { get; }

    /// <summary>Stable and dotted, for example <c>service.not_declared</c>.</summary>
    public string Code { get; }

    /// <summary>Why, and what to do, as a sentence.</summary>
    public string Reason { get; }
}
