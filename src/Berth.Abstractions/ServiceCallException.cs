namespace Berth;

/// <summary>The provider of a service was called and failed. Carries texts only: what the provider threw stays on its side.</summary>
public sealed class ServiceCallException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="token">The service.</param>
    /// <param name="operation">The contract's method.</param>
    /// <param name="provider">Slug and version of who failed.</param>
    /// <param name="reason">Type and message of what was thrown, or what took too long.</param>
    public ServiceCallException(string token, string operation, string provider, string reason)
        : base($"The service '{token}' of {provider} failed in {operation}: {reason}")
    {
        Token = token;
        Operation = operation;
        Provider = provider;
        Reason = reason;
    }

    /// <summary>The service's token.</summary>
    public string Token { get; }

    /// <summary>The contract's method.</summary>
    public string Operation { get; }

    /// <summary>Slug and version of who failed, for example <c>Greeter 1.1.0</c>.</summary>
    public string Provider { get; }

    /// <summary>Type and message of what was thrown, or what took too long.</summary>
    public string Reason { get; }
}
