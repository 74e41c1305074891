namespace Berth.Host.Isolation.Network;

/// <summary>For whom a connection is opened.</summary>
/// <param name="UserId">The user of the call; <see langword="null"/> when nobody knows.</param>
/// <param name="Refusal">Why nothing is opened for them; <see langword="null"/> when the hosts decide.</param>
/// <param name="Calls">The calls beside which it may send; <see langword="null"/>: it is always free to.</param>
internal sealed record NetworkCaller(string? UserId, NetworkRefusal? Refusal = null, NetworkCalls? Calls = null);
