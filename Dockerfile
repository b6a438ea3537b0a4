# Two images: `broker` (the default) and `simulator`, which is Login with Amazon on your own machine.
#
#   docker build -t bffbroker .
#   docker build -t amazon-simulator --target simulator .
#
# Base images are pinned to a patch release, so that two builds of one commit use the same versions. The SDK's version brings the runtime's: 10.0.404 belongs to 10.0.15.
# To raise them, take both from the same .NET release; tests/BffBroker.Tests/Deploy/ImagePinTests.cs holds the lowest safe versions.
# A tag can still be rebuilt with newer system packages. For the same bytes each time, add the digest: FROM image:tag@sha256:…

FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0.404-noble AS restore
# podman sets it with --platform only: without, the architecture is that of the machine.
ARG TARGETARCH
ENV DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
WORKDIR /source
# What the repository's own checks are strict about must not fail the build of a user on the day an analyzer or an advisory is new.
RUN printf '%s\n' -p:TreatWarningsAsErrors=false -p:RunAnalyzers=false -p:PublishReadyToRun=true -p:UseAppHost=false -p:DebugType=none >Directory.Build.rsp
# Only what decides which packages there are: this layer is built anew when one of these files changes.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY src/Directory.Build.props src/
COPY src/BffBroker/BffBroker.csproj src/BffBroker/packages.lock.json src/BffBroker/
COPY src/AmazonSimulator/AmazonSimulator.csproj src/AmazonSimulator/packages.lock.json src/AmazonSimulator/
# Locked: the build fails where a package differs from the one that was tested.
RUN dotnet restore src/BffBroker -a ${TARGETARCH:-$(dpkg --print-architecture)} --locked-mode \
 && dotnet restore src/AmazonSimulator -a ${TARGETARCH:-$(dpkg --print-architecture)} --locked-mode

FROM restore AS build-broker
COPY src/BannedSymbols.txt src/
COPY src/BffBroker/ src/BffBroker/
# The mount point of the key ring's certificate: a new volume takes its owner from here.
RUN mkdir /keys \
 && dotnet publish src/BffBroker -c Release -a ${TARGETARCH:-$(dpkg --print-architecture)} --no-restore --no-self-contained -o /app

FROM restore AS build-simulator
COPY src/BannedSymbols.txt src/
COPY src/AmazonSimulator/ src/AmazonSimulator/
RUN dotnet publish src/AmazonSimulator -c Release -a ${TARGETARCH:-$(dpkg --print-architecture)} --no-restore --no-self-contained -o /app

# No shell, no package manager, and no ICU or time zones, which neither program needs.
FROM mcr.microsoft.com/dotnet/aspnet:10.0.15-noble-chiseled AS runtime
# Without the diagnostics nothing writes to the file system. Freed memory goes back to the system (glibc, mallopt(3)). A question that a name server loses
# costs a second, not the 5 s that are all of Amazon:Timeout (resolv.conf(5)).
ENV DOTNET_EnableDiagnostics=0 \
    MALLOC_MMAP_THRESHOLD_=65536 \
    MALLOC_TRIM_THRESHOLD_=131072 \
    RES_OPTIONS="timeout:1 attempts:3"
WORKDIR /app
USER 1654
STOPSIGNAL SIGTERM

FROM runtime AS simulator
COPY --from=build-simulator /app .
ARG Version=unknown
ARG Revision=unknown
LABEL org.opencontainers.image.title="Amazon simulator" \
      org.opencontainers.image.description="Login with Amazon on your own machine, for development and tests" \
      org.opencontainers.image.version=$Version \
      org.opencontainers.image.revision=$Revision
ENV ASPNETCORE_HTTP_PORTS=9090
EXPOSE 9090
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["dotnet", "AmazonSimulator.dll", "healthcheck", "http://127.0.0.1:9090"]
ENTRYPOINT ["dotnet", "AmazonSimulator.dll"]

FROM runtime AS broker
COPY --from=build-broker --chown=1654:1654 /keys /keys
COPY --from=build-broker /app .
ARG Version=unknown
ARG Revision=unknown
LABEL org.opencontainers.image.title="BffBroker" \
      org.opencontainers.image.description="Login with Amazon for single-page apps, with no token in the browser" \
      org.opencontainers.image.version=$Version \
      org.opencontainers.image.revision=$Revision
ENV ASPNETCORE_HTTP_PORTS=8080
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["dotnet", "BffBroker.dll", "healthcheck"]
ENTRYPOINT ["dotnet", "BffBroker.dll"]
