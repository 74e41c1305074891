namespace Berth;

/// <summary>The provider of a service is not there: it was unloaded, failed, or its version was taken away. Later calls may succeed.</summary>
public sealed class ServiceWithdrawnException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="token">The service.</param>
    /// <param name="reason">Why it is not there, as a sentence.</param>
    public ServiceWithdrawnException(string token, string reason)
        : base($"The service '{token}' is withdrawn: {reason}")
    {
        Token = token;
        Reason = reason;
    }

    /// <summary>The service's token.</summary>
    public string Token { get; }

    /// <summary>Why it is not there.</summary>
    public string Reason { get; }
}
