namespace BffBroker.Amazon;

/// <summary>Where the security profile is registered. Codes and tokens are good at the hosts of every region.</summary>
internal enum AmazonRegion
{
    NorthAmerica,
    Europe,
    FarEast,
}
